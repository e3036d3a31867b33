import { Anchor, type AnchorProps } from "@mantine/core";
import type { ReactNode } from "react";
import { Link as RouterLink } from "wouter";
import { useAddress } from "../state/url";

interface LinkProps extends Omit<AnchorProps, "href"> {
  /** Path inside the portal, with or without a query. */
  to: string;
  params?: Record<string, string | undefined>;
  children: ReactNode;
  "aria-label"?: string;
  title?: string;
}

/** A link inside the portal; keeps the chosen team and project. */
export function Link({ to, params, children, ...props }: LinkProps) {
  const address = useAddress();
  return (
    <Anchor component={RouterLink} href={address(to, params)} {...props}>
      {children}
    </Anchor>
  );
}
