import { Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api } from "../../../api/client";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { Conflict } from "../../../widgets/Conflict";
import { FormDialog } from "../../../widgets/FormDialog";
import { Panel } from "../../../widgets/Panel";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";
import { useTextEdit } from "../../../widgets/useTextEdit";
import type { Run } from "../useRun";
import classes from "./OverviewTab.module.css";

/** What people wrote about the run. Text as it was written: nothing in it is carried out. */
export function Description({ run }: { run: Run }) {
  const text = run.description;
  return (
    <Panel title="Description" aside={<EditDescription key={run.id} run={run} />}>
      {text === "" ? (
        <p className={classes.text}>Nobody described this run yet. Say what it tried and what came out.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long one scrolls, so the keyboard must reach it.
        <p className={classes.text} dir="auto" tabIndex={0}>
          {text}
        </p>
      )}
    </Panel>
  );
}

function EditDescription({ run }: { run: Run }) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const now = run.description;
  const form = useServerForm({
    initial: { description: now },
    send: (values, dryRun) =>
      api.PATCH("/api/v1/runs/{run}", {
        params: { path: { run: run.id }, query: { dry_run: dryRun } },
        headers: { "If-Match": run.version },
        body: values,
      }),
    onDone: () => {
      dialog.close();
      tell("The description is saved.");
    },
  });
  const mine = form.values.description;
  const { base, hasConflict, rebase } = useTextEdit({ now, mine, refusal: form.refusal, path: "/api/v1/runs/{run}" });
  const open = () => {
    rebase();
    form.setValues({ description: now });
    dialog.open();
  };
  const settle = (description: string) => {
    rebase();
    form.reset();
    form.setValues({ description });
  };
  return (
    <FormDialog
      label="Edit"
      button={{ variant: "subtle", size: "compact-sm" }}
      title="Description of the run"
      opened={opened}
      open={open}
      close={dialog.close}
      permission="run:write"
      team={team}
      cli={nounCommand("update", "run", run.id, { ...form.values, "if-match": run.version })}
      submitLabel="Save"
      submit={() => {
        if (!hasConflict) form.submit();
      }}
      isSending={form.isSending}
      problem={form.problem?.isConflict ? undefined : form.problem}
    >
      {hasConflict && (
        <Conflict
          fields={[{ name: "description", label: "Description", base, theirs: now, mine }]}
          onResolve={(chosen) => settle(chosen.description ?? now)}
          onDiscard={() => settle(now)}
        />
      )}
      <Textarea
        label="Description"
        description="Plain text, for whoever looks at this run later"
        autosize
        minRows={4}
        maxRows={14}
        data-autofocus
        value={mine}
        error={form.errorOf("description")}
        onChange={(event) => form.set("description", event.currentTarget.value)}
      />
    </FormDialog>
  );
}
