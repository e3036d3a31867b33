import { Select, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api, type Schemas } from "../../api/client";
import { middle, shellWord } from "../../state/format";
import { FormDialog } from "../../widgets/FormDialog";
import { tell } from "../../widgets/toast";
import { useServerForm } from "../../widgets/useServerForm";

const ROLES = ["viewer", "developer", "deployer", "admin"];

/** Adds a person to a team, or gives a member another role. */
export function MemberForm({ team, member }: { team: string; member?: Schemas["MemberView"] }) {
  const [opened, dialog] = useDisclosure(false);
  const form = useServerForm({
    initial: { user: member?.user ?? "", role: member?.role ?? "developer" },
    send: (values, dryRun) =>
      api.PUT("/api/v1/teams/{team}/members/{user}", {
        params: { path: { team, user: values.user }, query: { dry_run: dryRun } },
        body: { role: values.role },
      }),
    onDone: () => {
      dialog.close();
      tell(`${middle(form.values.user, 40)} is ${form.values.role} now.`);
    },
  });
  return (
    <FormDialog
      label={member ? "Change role" : "Add a person"}
      button={member ? { variant: "subtle", size: "compact-sm" } : {}}
      title={member ? `Role of ${middle(member.user, 40)}` : `Add a person to ${middle(team, 40)}`}
      opened={opened}
      open={dialog.open}
      close={dialog.close}
      permission="team:admin"
      team={team}
      cli={`roadbed create member ${shellWord(form.values.user || "NAME")} --team ${shellWord(team)} --role ${form.values.role}`}
      submitLabel={member ? "Change" : "Add"}
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      {!member && (
        <TextInput
          label="Name"
          description="As they are called on this platform, such as ana"
          required
          data-autofocus
          value={form.values.user}
          error={form.errorOf("user")}
          onChange={(event) => form.set("user", event.currentTarget.value)}
        />
      )}
      <Select
        label="Role"
        data={ROLES}
        value={form.values.role}
        allowDeselect={false}
        error={form.errorOf("role")}
        onChange={(role) => form.set("role", role ?? "viewer")}
      />
    </FormDialog>
  );
}
