import { Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useRef, useState } from "react";
import { problemOf } from "../../api/problem";
import { useSession } from "../../state/session";
import { Conflict } from "../../widgets/Conflict";
import { FormDialog } from "../../widgets/FormDialog";
import { Panel } from "../../widgets/Panel";
import { tell } from "../../widgets/toast";
import { useServerForm } from "../../widgets/useServerForm";
import classes from "./models.module.css";

/** A change of a description: the new one, and the one that was seen. */
export interface DescriptionChange {
  description: string;
  previous_description: string;
}

interface DescribedProps {
  text: string;
  /** Said where nobody wrote anything yet. */
  hint: string;
  save: (change: DescriptionChange, dryRun: boolean) => Promise<unknown>;
  /** Fetches what is there now, after somebody else saved. */
  reload: () => Promise<string>;
  cli: (flags: Record<string, string>) => string;
}

/** What people wrote about a model or a version. Text as it was written: nothing in it is carried out. */
export function Described(props: DescribedProps) {
  return (
    <Panel title="Description" aside={<EditText {...props} />}>
      {props.text === "" ? (
        <p className={classes.hint}>{props.hint}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long one scrolls, so the keyboard must reach it.
        <p className={classes.text} dir="auto" tabIndex={0}>
          {props.text}
        </p>
      )}
    </Panel>
  );
}

function EditText({ text, save, reload, cli }: DescribedProps) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  // What the edit started from. The server refuses when another text is there by now, and the person decides.
  const [base, setBase] = useState(text);
  // Checks while typing are sent later than the form is drawn: they too start from what was last decided on.
  const started = useRef(text);
  const startFrom = (seen: string) => {
    started.current = seen;
    setBase(seen);
  };
  const [theirs, setTheirs] = useState<string | undefined>();
  const form = useServerForm({
    initial: { description: text },
    send: async ({ description }, dryRun) => {
      const seen = started.current;
      try {
        return await save({ description, previous_description: seen }, dryRun);
      } catch (error) {
        // An answer to what was asked before the person decided says nothing new.
        if (problemOf(error).isConflict && started.current === seen) setTheirs(await reload());
        throw error;
      }
    },
    onDone: () => {
      dialog.close();
      tell("The description is saved.");
    },
  });
  const mine = form.values.description;
  const open = () => {
    form.reset();
    startFrom(text);
    setTheirs(undefined);
    form.setValues({ description: text });
    dialog.open();
  };
  const settle = (newer: string, description: string) => {
    form.reset();
    startFrom(newer);
    setTheirs(undefined);
    form.setValues({ description });
  };
  const isLost = form.problem?.isConflict ?? false;
  return (
    <FormDialog
      label="Edit"
      button={{ variant: "subtle", size: "compact-sm" }}
      title="Description"
      opened={opened}
      open={open}
      close={dialog.close}
      permission="model:write"
      team={team}
      cli={cli({ description: mine, "previous-description": base })}
      submitLabel="Save"
      submit={() => {
        if (theirs === undefined) form.submit();
      }}
      isSending={form.isSending}
      problem={isLost ? undefined : form.problem}
    >
      {theirs !== undefined && (
        <Conflict
          fields={[{ name: "description", label: "Description", base, theirs, mine }]}
          onResolve={(chosen) => settle(theirs, chosen.description ?? mine)}
          onDiscard={() => settle(theirs, theirs)}
        />
      )}
      <Textarea
        label="Description"
        description="Plain text: what it predicts, from what, how good it is, what it must not be used for"
        autosize
        minRows={4}
        maxRows={14}
        data-autofocus
        value={mine}
        error={theirs === undefined ? form.errorOf("description") : undefined}
        onChange={(event) => form.set("description", event.currentTarget.value)}
      />
    </FormDialog>
  );
}
