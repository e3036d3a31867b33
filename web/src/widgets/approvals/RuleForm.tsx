import { Text, Textarea, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api } from "../../api/client";
import { middle } from "../../state/format";
import { nounCommand } from "../../state/nounCommand";
import { useSession } from "../../state/session";
import { FormDialog } from "../FormDialog";
import { tell } from "../toast";
import { useServerForm } from "../useServerForm";
import { conditionsOf, type Rule } from "./rules";

interface RuleFormProps {
  /** The model whose alias it is; absent for every model of the team without its own rule. */
  model?: string;
  /** The rule that is changed; absent when a new one is made. */
  rule?: Rule;
  label: string;
  size?: "compact-sm" | "compact-xs";
}

/** Says what an alias asks for before it may name a version. */
export function RuleForm({ model, rule, label, size = "compact-sm" }: RuleFormProps) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const form = useServerForm({
    initial: {
      alias: rule?.alias ?? "",
      conditions: rule?.conditions.join("\n") ?? "",
      approvers: String(rule?.approvers ?? 1),
    },
    send: (values, dryRun) => {
      const alias = values.alias.trim();
      const body = { conditions: conditionsOf(values.conditions), approvers: Number(values.approvers) };
      const query = { dry_run: dryRun };
      return model === undefined
        ? api.PUT("/api/v1/approval-rules/{alias}", { params: { path: { alias }, query }, body })
        : api.PUT("/api/v1/models/{model}/approval-rules/{alias}", { params: { path: { model, alias }, query }, body });
    },
    onDone: () => {
      dialog.close();
      tell(`What @${middle(form.values.alias, 40)} asks for is set.`);
    },
  });
  const { values } = form;
  const conditions = conditionsOf(values.conditions);
  const alias = values.alias.trim() || "ALIAS";
  const [noun, name] = model === undefined ? ["team-approval-rule", alias] : ["approval-rule", `${model}@${alias}`];
  return (
    <FormDialog
      label={label}
      button={{ size, variant: rule === undefined ? "default" : "subtle" }}
      title={rule === undefined ? "Say what an alias asks for" : `What @${middle(rule.alias, 40)} asks for`}
      opened={opened}
      open={() => {
        form.reset();
        dialog.open();
      }}
      close={dialog.close}
      permission="approval:govern"
      team={team}
      cli={nounCommand("create", noun, name, {
        conditions: conditions.length > 0 ? conditions.join(", ") : undefined,
        approvers: values.approvers || "0",
      })}
      submitLabel="Set the rule"
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      {rule === undefined && (
        <TextInput
          label="Alias"
          description="Letters, digits, - and _, such as champion"
          required
          data-autofocus
          value={values.alias}
          error={form.errorOf("alias")}
          onChange={(event) => form.set("alias", event.currentTarget.value)}
        />
      )}
      <Textarea
        label="What must have been measured"
        description="One condition per line, such as auc >= 0.9, of the version's logged model, else of its run"
        autosize
        minRows={2}
        maxRows={8}
        classNames={{ input: "mono" }}
        value={values.conditions}
        error={form.errorOf("conditions")}
        onChange={(event) => form.set("conditions", event.currentTarget.value)}
      />
      <TextInput
        label="How many people must approve"
        description="The one who registered the version does not count"
        type="number"
        min={0}
        max={20}
        value={values.approvers}
        error={form.errorOf("approvers")}
        onChange={(event) => form.set("approvers", event.currentTarget.value)}
      />
      <Text size="sm">
        {model === undefined
          ? "It holds for every model of the team that has no rule of its own for this alias."
          : "It stands in for the team's rule for this alias. Without a condition and with 0 people, the alias asks for nothing."}{" "}
        An alias that names a version already stays where it is.
      </Text>
    </FormDialog>
  );
}
