import { Button, type ButtonProps } from "@mantine/core";
import type { ReactNode } from "react";
import { Link as RouterLink } from "wouter";
import { useAddress } from "../state/url";

/** A button that leads somewhere inside the portal. */
export function ButtonLink({
  to,
  params,
  children,
  ...props
}: ButtonProps & { to: string; params?: Record<string, string | undefined>; children: ReactNode }) {
  const address = useAddress();
  return (
    <Button component={RouterLink} href={address(to, params)} {...props}>
      {children}
    </Button>
  );
}
