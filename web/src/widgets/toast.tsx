import { Anchor, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";

/** Where to go on from a message. */
export interface Next {
  label: string;
  /** A whole address inside the portal. */
  to: string;
}

/** Says that something was done, and offers the next step. Stays long enough to be read, longer when there is something to press. */
export function tell(message: string, next?: Next): void {
  notifications.show({
    message: (
      <Text size="sm" component="div">
        {message} {next && <Anchor href={next.to}>{next.label}</Anchor>}
      </Text>
    ),
    autoClose: next ? 12_000 : 6_000,
    withBorder: true,
  });
}
