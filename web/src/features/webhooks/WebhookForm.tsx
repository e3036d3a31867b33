import { type ButtonProps, Checkbox, Switch, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { api, type Schemas } from "../../api/client";
import { middle } from "../../state/format";
import { useSession } from "../../state/session";
import { FormDialog } from "../../widgets/FormDialog";
import { tell } from "../../widgets/toast";
import { useServerForm } from "../../widgets/useServerForm";
import { changeOf, createCommand, updateCommand, valuesOf, type WebhookValues } from "./command";
import { EventChoice } from "./EventChoice";

interface WebhookFormProps {
  /** The webhook that is changed, and what commands call it; absent when a new one is made. */
  webhook?: Schemas["WebhookItem"];
  reference?: string;
  button?: ButtonProps;
}

function send(webhook: Schemas["WebhookItem"] | undefined, values: WebhookValues, dryRun: boolean) {
  const query = { dry_run: dryRun };
  if (webhook) {
    return api.PATCH("/api/v1/webhooks/{webhook}", {
      params: { path: { webhook: webhook.id }, query },
      headers: { "If-Match": webhook.version },
      body: changeOf(webhook, values),
    });
  }
  const { name, url, events, secret, description, enabled } = values;
  const body = { name: name.trim(), url: url.trim(), events, secret: secret || null, description, enabled };
  return api.POST("/api/v1/webhooks", { params: { query }, body });
}

/** Says who is told of what. What the server says against it stands at its field. */
export function WebhookForm({ webhook, reference = "", button }: WebhookFormProps) {
  const [opened, dialog] = useDisclosure(false);
  const { team } = useSession();
  const form = useServerForm<WebhookValues, unknown>({
    initial: valuesOf(webhook),
    send: (values, dryRun) => send(webhook, values, dryRun),
    onDone: () => {
      dialog.close();
      tell(`The webhook ${middle(form.values.name, 40)} is ${webhook ? "changed" : "made"}.`);
    },
  });
  const { values } = form;
  const text = (name: "name" | "url" | "description", label: string, description: string, isNeeded = true) => (
    <TextInput
      label={label}
      description={description}
      required={isNeeded}
      data-autofocus={(name === "name" && webhook === undefined) || undefined}
      value={values[name]}
      error={form.errorOf(name)}
      onChange={(event) => form.set(name, event.currentTarget.value)}
    />
  );
  return (
    <FormDialog
      label={webhook ? "Change" : "New webhook"}
      button={{ size: "compact-sm", variant: "default", ...button }}
      title={webhook ? `Change ${middle(webhook.name, 40)}` : "Have an address told"}
      size="lg"
      opened={opened}
      open={() => {
        form.reset();
        dialog.open();
      }}
      close={dialog.close}
      permission="webhook:write"
      team={team}
      cli={webhook ? updateCommand(webhook, reference, values) : createCommand(values)}
      submitLabel={webhook ? "Change it" : "Make the webhook"}
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      {text("name", "Name", "Letters, digits, - _ and ., such as ci")}
      {text("url", "Address", "It is called with POST: https://… on the public internet")}
      <EventChoice
        chosen={values.events}
        error={form.errorOf("events")}
        onChange={(events) => form.set("events", events)}
      />
      <SecretField isSigned={webhook?.signed === true} values={values} error={form.errorOf("secret")} set={form.set} />
      {text("description", "Description", "For people", false)}
      <Switch
        label="Switched on"
        checked={values.enabled}
        onChange={(event) => form.set("enabled", event.currentTarget.checked)}
      />
    </FormDialog>
  );
}

interface SecretFieldProps {
  isSigned: boolean;
  values: WebhookValues;
  error: string | undefined;
  set: <Name extends "secret" | "unsigned">(name: Name, value: WebhookValues[Name]) => void;
}

function SecretField({ isSigned, values, error, set }: SecretFieldProps) {
  return (
    <div>
      <TextInput
        type="password"
        autoComplete="new-password"
        label={isSigned ? "Another secret" : "Secret"}
        description={
          isSigned
            ? "Deliveries are signed with one that is never shown. Leave this empty to keep it"
            : "Deliveries are signed with it, so that the receiver can tell they are genuine. It is never shown again"
        }
        disabled={values.unsigned}
        value={values.secret}
        error={error}
        onChange={(event) => set("secret", event.currentTarget.value)}
      />
      {isSigned && (
        <Checkbox
          mt="xs"
          size="sm"
          label="Take the secret away: deliveries are signed no more"
          checked={values.unsigned}
          onChange={(event) => set("unsigned", event.currentTarget.checked)}
        />
      )}
      {values.secret !== "" && !values.unsigned && (
        <Text size="xs" c="dimmed" mt={4}>
          The command below takes it from the variable WEBHOOK_SECRET, so that it stands in no history.
        </Text>
      )}
    </div>
  );
}
