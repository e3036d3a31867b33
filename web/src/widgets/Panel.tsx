import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Panel.module.css";

interface PanelProps {
  title?: string;
  /** Right of the title: a link to more, a switch. */
  aside?: ReactNode;
  children: ReactNode;
  /** Content reaches the border, for tables. */
  flush?: boolean;
}

/** A titled part of a page. */
export function Panel({ title, aside, children, flush }: PanelProps) {
  return (
    <section className={classes.panel} aria-label={title}>
      {(title || aside) && (
        <Group justify="space-between" className={classes.head} wrap="wrap" gap="xs">
          {title && <Title order={2}>{title}</Title>}
          {aside}
        </Group>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
