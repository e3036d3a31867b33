import type { Schemas } from "../../api/client";
import { nounCommand } from "../../state/nounCommand";

type Webhook = Schemas["WebhookItem"];

/** What the form holds. A secret is only ever set: an empty one leaves it as it is. */
export interface WebhookValues {
  name: string;
  url: string;
  events: string[];
  secret: string;
  /** Deliveries are signed no more. */
  unsigned: boolean;
  description: string;
  enabled: boolean;
}

/** Where the command takes the secret from: it stands in no text that is shown or copied. */
const SECRET = '--secret="$WEBHOOK_SECRET"';

export function valuesOf(webhook: Webhook | undefined): WebhookValues {
  return {
    name: webhook?.name ?? "",
    url: webhook?.url ?? "",
    events: webhook?.events ?? [],
    secret: "",
    unsigned: false,
    description: webhook?.description ?? "",
    enabled: webhook?.enabled ?? true,
  };
}

/** The name, where only one webhook has it; else its id. */
export function referenceOf(webhook: Pick<Webhook, "id" | "name">, all: Pick<Webhook, "name">[]): string {
  return all.filter(({ name }) => name === webhook.name).length > 1 ? webhook.id : webhook.name;
}

/** What differs from the webhook that was seen. */
export function changeOf(webhook: Webhook, values: WebhookValues): Schemas["WebhookChange"] {
  const differs = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);
  return {
    ...(differs(values.name.trim(), webhook.name) ? { name: values.name.trim() } : {}),
    ...(differs(values.url.trim(), webhook.url) ? { url: values.url.trim() } : {}),
    ...(differs([...values.events].sort(), [...webhook.events].sort()) ? { events: values.events } : {}),
    ...(differs(values.description, webhook.description) ? { description: values.description } : {}),
    ...(values.enabled === webhook.enabled ? {} : { enabled: values.enabled }),
    ...(values.unsigned ? { secret: "" } : values.secret === "" ? {} : { secret: values.secret }),
  };
}

const withSecret = (command: string, secret: string | null | undefined) =>
  secret ? `${command} ${SECRET}` : secret === "" ? `${command} --secret=` : command;

export function createCommand(values: WebhookValues): string {
  const command = nounCommand("create", "webhook", values.name.trim() || "NAME", {
    address: values.url.trim() || "URL",
    events: values.events.join(",") || "EVENTS",
    description: values.description || undefined,
    enabled: values.enabled ? undefined : false,
  });
  return withSecret(command, values.secret || undefined);
}

export function updateCommand(webhook: Webhook, reference: string, values: WebhookValues): string {
  const { secret, url, events, ...change } = changeOf(webhook, values);
  const command = nounCommand("update", "webhook", reference, {
    name: change.name ?? undefined,
    address: url ?? undefined,
    events: events?.join(","),
    description: change.description ?? undefined,
    enabled: change.enabled ?? undefined,
    "if-match": webhook.version,
  });
  return withSecret(command, secret);
}
