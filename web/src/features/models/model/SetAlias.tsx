import { Select, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api } from "../../../api/client";
import { middle } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { useAddress } from "../../../state/url";
import { FormDialog } from "../../../widgets/FormDialog";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";
import type { Place } from "../data/served";
import { WhoFollows } from "../WhoFollows";

interface SetAliasProps {
  model: string;
  /** The alias that is moved; absent when a new one is made. */
  alias?: string;
  /** What it names now, or what is offered first. */
  version?: number;
  versions: number[];
  served: Map<number, Place[]>;
  /** Text of the button. */
  label?: string;
  size?: "sm" | "compact-sm" | "compact-xs";
}

/** Lets an alias name a version. */
export function SetAlias({ model, alias, version, versions, served, label, size = "compact-sm" }: SetAliasProps) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const address = useAddress();
  const form = useServerForm({
    initial: { alias: alias ?? "", version: String(version ?? versions[0] ?? "") },
    send: (values, dryRun) =>
      api.PUT("/api/v1/models/{model}/aliases/{alias}", {
        params: { path: { model, alias: values.alias.trim() }, query: { dry_run: dryRun } },
        body: { version: Number(values.version) },
      }),
    onDone: () => {
      dialog.close();
      const named = form.values;
      tell(`@${middle(named.alias, 40)} is version ${named.version} now.`, {
        label: "Show the version",
        to: address(`/models/${encodeURIComponent(model)}/${named.version}`),
      });
    },
  });
  const { values } = form;
  const lead =
    alias === undefined
      ? "Code that asks for the model by this alias gets this version."
      : `Code that asks for ${middle(model, 40)}@${middle(alias, 40)} gets version ${values.version} from then on, instead of ${version}.`;
  return (
    <FormDialog
      label={label ?? (alias === undefined ? "New alias" : "Move")}
      button={{ size, variant: alias === undefined ? "default" : "subtle" }}
      title={alias === undefined ? "Give a version an alias" : `Move @${middle(alias, 40)}`}
      opened={opened}
      open={() => {
        form.reset();
        dialog.open();
      }}
      close={dialog.close}
      permission="model:promote"
      team={team}
      cli={nounCommand("create", "alias", `${model}@${values.alias.trim() || "ALIAS"}`, {
        version: values.version || "VERSION",
      })}
      submitLabel={alias === undefined ? "Set the alias" : "Move the alias"}
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      {alias === undefined && (
        <TextInput
          label="Alias"
          description="Letters, digits, - and _, such as champion or candidate"
          required
          data-autofocus
          value={values.alias}
          error={form.errorOf("alias")}
          onChange={(event) => form.set("alias", event.currentTarget.value)}
        />
      )}
      <Select
        label="Version"
        data={versions.map(String)}
        value={values.version}
        searchable
        allowDeselect={false}
        limit={100}
        error={form.errorOf("version")}
        onChange={(next) => form.set("version", next ?? "")}
      />
      <Text size="sm" component="div">
        <WhoFollows served={served} lead={lead} />
      </Text>
    </FormDialog>
  );
}
