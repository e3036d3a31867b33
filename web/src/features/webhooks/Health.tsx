import type { Schemas } from "../../api/client";
import { count } from "../../state/format";
import { Status } from "../../widgets/Status";

type Webhook = Schemas["WebhookItem"];

/** How deliveries go; one that is switched off is told of nothing. */
export function Health({ webhook, withCount = false }: { webhook: Webhook; withCount?: boolean }) {
  const { enabled, health, last_error: error, failures_in_a_row: failures } = webhook;
  if (!enabled) return <Status state="switched_off" />;
  const label = withCount && health === "failing" && failures > 0 ? `failing, ${count(failures)} in a row` : undefined;
  return <Status state={health} why={error} {...(label ? { label } : {})} />;
}
