import { Alert, Select, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import { api, type Schemas } from "../../api/client";
import { middle } from "../../state/format";
import { nounCommand } from "../../state/nounCommand";
import { useSession } from "../../state/session";
import { FormDialog } from "../../widgets/FormDialog";
import { useServerForm } from "../../widgets/useServerForm";
import classes from "./webhooks.module.css";

interface TestWebhookProps {
  webhook: Schemas["WebhookItem"];
  reference: string;
}

/** Sends an example at once, and says what came back. */
export function TestWebhook({ webhook, reference }: TestWebhookProps) {
  const [opened, dialog] = useDisclosure(false);
  const [result, setResult] = useState<Schemas["WebhookTestResult"] | undefined>();
  const { team } = useSession();
  const form = useServerForm({
    initial: { event: webhook.events[0] ?? "" },
    send: async ({ event }, dryRun) => {
      if (!dryRun) setResult(undefined);
      const params = { path: { webhook: webhook.id }, query: { dry_run: dryRun } };
      return (await api.POST("/api/v1/webhooks/{webhook}/test", { params, body: { event } })).data;
    },
    onDone: setResult,
  });
  return (
    <FormDialog
      label="Test"
      button={{ variant: "default" }}
      title={`Send an example to ${middle(webhook.name, 40)}`}
      opened={opened}
      open={() => {
        form.reset();
        setResult(undefined);
        dialog.open();
      }}
      close={dialog.close}
      permission="webhook:write"
      team={team}
      cli={nounCommand("test", "webhook", reference, { event: form.values.event })}
      submitLabel={result ? "Send it again" : "Send the example"}
      submit={form.submit}
      isSending={form.isSending}
      problem={form.problem}
    >
      <Select
        label="An example of"
        data={webhook.events}
        allowDeselect={false}
        value={form.values.event}
        error={form.errorOf("event")}
        onChange={(event) => form.set("event", event ?? "")}
      />
      <Text size="sm">It is sent once, signed like a delivery, and is not kept in the list of deliveries.</Text>
      <div aria-live="polite">{result && <Result result={result} />}</div>
    </FormDialog>
  );
}

function Result({ result }: { result: Schemas["WebhookTestResult"] }) {
  const { delivered, status, error, answer } = result;
  return (
    <Alert
      color={delivered ? "green" : "red"}
      variant="light"
      icon={delivered ? <IconCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={delivered ? `It arrived: the receiver answered ${status}` : "It did not arrive"}
    >
      {error && (
        <Text size="sm">
          <bdi>{error}</bdi>
        </Text>
      )}
      {answer !== "" && <pre className={classes.payload}>{answer}</pre>}
    </Alert>
  );
}
