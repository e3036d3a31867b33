import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { CommandLine } from "./CommandLine";
import classes from "./Empty.module.css";

interface EmptyProps {
  title: string;
  /** What would be here, and how it gets here. */
  children?: ReactNode;
  /** The command that fills it. */
  command?: string;
  /** A button that does it here. */
  action?: ReactNode;
}

/** A page or panel with nothing on it teaches what belongs there. */
export function Empty({ title, children, command, action }: EmptyProps) {
  return (
    <Stack className={classes.empty} gap="xs" align="center">
      <Title order={3}>{title}</Title>
      {children && (
        <Text size="sm" c="dimmed" component="div" maw={560}>
          {children}
        </Text>
      )}
      {command && <CommandLine command={command} />}
      {action}
    </Stack>
  );
}
