import { Button, type ButtonProps, Group, Modal, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import type { Problem } from "../api/problem";
import { useSession } from "../state/session";
import { CommandLine } from "./CommandLine";
import { Refusal } from "./Refusal";
import { type Next, tell } from "./toast";

interface ActionProps extends Omit<ButtonProps, "children"> {
  label: string;
  /** What is done; rejects with a {@link Problem}. */
  run: () => Promise<unknown>;
  /** The same thing in a terminal. */
  cli: string;
  /** Permission of the route behind it, such as `service:deploy`. */
  permission: string;
  /** Team of the object, by name or id. */
  team?: string | undefined;
  /** What will happen and what it will not undo; asked before it is done. With `typed` the person must write this name first. */
  ask?: { title: string; body: ReactNode; confirm?: string; size?: string; typed?: string };
  /** What to say when it is done, and where to go on. */
  done: { message: string; next?: Next };
  onDone?: () => void;
}

/**
 * A button that changes something. It opens a dialog that says what will happen, how to do the same in a terminal, and what the server
 * says when it refuses. Who may not press it is told which role may.
 */
export function Action({ label, run, cli, permission, team, ask, done, onDone, ...button }: ActionProps) {
  const [opened, dialog] = useDisclosure(false);
  const [typed, setTyped] = useState("");
  const { can, roleFor, me } = useSession();
  const client = useQueryClient();
  const opener = useRef<HTMLButtonElement>(null);
  const mutation = useMutation<unknown, Problem>({
    mutationFn: run,
    onSuccess: () => {
      dialog.close();
      tell(done.message, done.next);
      void client.invalidateQueries();
      onDone?.();
    },
  });
  if (!can(permission, team)) {
    const why = me
      ? `Needs the role ${roleFor(permission)}${team ? ` in team ${team}` : ""}: ask an admin of the team`
      : "Loading what you may do";
    return (
      <Tooltip label={why}>
        <Button
          {...button}
          ref={opener}
          data-disabled
          aria-disabled
          onClick={(event) => event.preventDefault()}
          aria-description={why}
        >
          {label}
        </Button>
      </Tooltip>
    );
  }
  const close = () => {
    dialog.close();
    mutation.reset();
    setTyped("");
  };
  return (
    <>
      <Button {...button} ref={opener} onClick={dialog.open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={ask?.title ?? `${label}?`} size={ask?.size} centered returnFocus>
        <Stack gap="md">
          {ask && (
            <Text size="sm" component="div">
              {ask.body}
            </Text>
          )}
          <div>
            <Text size="xs" c="dimmed" mb={4}>
              The same in a terminal
            </Text>
            <CommandLine command={cli} label="Copy as CLI" />
          </div>
          {ask?.typed !== undefined && (
            <TextInput
              label={`Write ${ask.typed} to confirm`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          {mutation.error && <Refusal error={mutation.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button
              color={button.color}
              loading={mutation.isPending}
              disabled={ask?.typed !== undefined && typed !== ask.typed}
              onClick={() => mutation.mutate()}
              data-autofocus={ask?.typed === undefined || undefined}
            >
              {ask?.confirm ?? label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
