import { type Client, until } from "./client";
import type { Receiver } from "./receiver";

/** Who is told: one that answers, one that fails, one that is switched off. Before anything happens that they are told of. */
export async function seedWebhooks(
  client: Client,
  receiver: Receiver,
  seeded: Record<string, string>,
  description: string,
): Promise<void> {
  const make = async (name: string, more: Record<string, unknown>) =>
    (
      await client.json("POST", "/api/v1/webhooks", {
        name,
        url: receiver.url(`/${name}`),
        events: ["model_version.created", "model_alias.moved", "approval.given"],
        ...more,
      })
    ).id as string;
  seeded.webhook = await make("ci", { secret: "s3cret", description });
  seeded.failingWebhook = await make("broken", {});
  await make("paused", { enabled: false, url: `https://hooks.example.com/${"path/".repeat(60)}?key=<b>` });
}

/** A version with a signature whose key is retired, words of people, and the libraries it needs. */
export async function seedSigning(client: Client, hostile: string): Promise<void> {
  await client.json("POST", "/api/v1/signing-keys", { name: "2026" });
  await client.json("POST", "/api/v1/models/pricing/versions/1/signature");
  await client.json("POST", "/api/v1/signing-keys", { name: hostile.slice(0, 90) });
  const card = `# Meant for\n**Prices** of <script>window.hacked=1</script> [orders](javascript:window.hacked=1)\n${hostile}`;
  await client.json("PATCH", "/api/v1/models/pricing/versions/1", { description: card });
}

/** Until both were told, or refused to be. */
export async function toldOf(client: Client, seeded: Record<string, string>): Promise<void> {
  for (const [webhook, health] of [
    [seeded.webhook, "healthy"],
    [seeded.failingWebhook, "failing"],
  ])
    await until(
      `a webhook that is ${health}`,
      async () => (await client.json("GET", `/api/v1/webhooks/${webhook}`)).health === health,
    );
}
