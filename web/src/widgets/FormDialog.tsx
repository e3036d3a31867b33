import { Button, type ButtonProps, Group, Modal, Stack, Text, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import type { Problem } from "../api/problem";
import { useSession } from "../state/session";
import { CommandLine } from "./CommandLine";
import { Refusal } from "./Refusal";

interface FormDialogProps {
  /** Text of the button that opens it. */
  label: string;
  button?: ButtonProps;
  title: string;
  size?: string;
  opened: boolean;
  open: () => void;
  close: () => void;
  permission: string;
  team?: string | undefined;
  /** The same in a terminal. */
  cli: string;
  submitLabel: string;
  submit: () => void;
  isSending: boolean;
  /** What belongs to no field. */
  problem: Problem | undefined;
  children: ReactNode;
}

/** A form in a dialog, with its button. Who may not use it is told whom to ask. */
export function FormDialog(props: FormDialogProps) {
  const { can, roleFor } = useSession();
  if (!can(props.permission, props.team)) {
    const why = `Needs the role ${roleFor(props.permission)}${props.team ? ` in team ${props.team}` : ""}: ask an admin of the team`;
    return (
      <Tooltip label={why}>
        <Button
          {...props.button}
          data-disabled
          aria-disabled
          aria-description={why}
          onClick={(event) => event.preventDefault()}
        >
          {props.label}
        </Button>
      </Tooltip>
    );
  }
  return (
    <>
      <Button {...props.button} onClick={props.open}>
        {props.label}
      </Button>
      <Modal opened={props.opened} onClose={props.close} title={props.title} size={props.size} centered returnFocus>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            props.submit();
          }}
        >
          <Stack gap="sm">
            {props.children}
            <div>
              <Text size="xs" c="dimmed" mb={4}>
                The same in a terminal
              </Text>
              <CommandLine command={props.cli} label="Copy as CLI" />
            </div>
            {props.problem && <Refusal error={props.problem} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={props.close}>
                Cancel
              </Button>
              <Button type="submit" loading={props.isSending}>
                {props.submitLabel}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
