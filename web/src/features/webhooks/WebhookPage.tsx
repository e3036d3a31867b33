import { useLocation } from "wouter";
import { api, type Schemas } from "../../api/client";
import { middle } from "../../state/format";
import { nounCommand } from "../../state/nounCommand";
import { usePathParts } from "../../state/pathParts";
import { useSession } from "../../state/session";
import { useAddress } from "../../state/url";
import { Action } from "../../widgets/Action";
import { ButtonLink } from "../../widgets/ButtonLink";
import { Empty } from "../../widgets/Empty";
import { Facts } from "../../widgets/Facts";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { Time } from "../../widgets/Time";
import { referenceOf } from "./command";
import { DeliveriesPanel } from "./DeliveriesPanel";
import { Health } from "./Health";
import { OfAdmins } from "./OfAdmins";
import { TestWebhook } from "./TestWebhook";
import { WebhookForm } from "./WebhookForm";

type Webhook = Schemas["WebhookItem"];

const CRUMBS = [
  { label: "Settings", to: "/settings/members" },
  { label: "Webhooks", to: "/settings/webhooks" },
];

/** One webhook: how its deliveries go, and what was sent. */
export default function WebhookPage() {
  const [, , wanted = ""] = usePathParts();
  return (
    <OfAdmins
      around={(content) => (
        <Page title="Webhook" crumbs={CRUMBS}>
          <Panel>{content}</Panel>
        </Page>
      )}
    >
      {(all) => {
        const webhook = all.find(({ id }) => id === wanted);
        return webhook ? (
          <Content key={webhook.id} webhook={webhook} reference={referenceOf(webhook, all)} />
        ) : (
          <Page title="No such webhook" crumbs={CRUMBS}>
            <Panel>
              <Empty
                title="It is not among the webhooks of the team"
                action={
                  <ButtonLink variant="default" to="/settings/webhooks">
                    Look at the webhooks
                  </ButtonLink>
                }
              >
                It may have been deleted, or belong to another team.
              </Empty>
            </Panel>
          </Page>
        );
      }}
    </OfAdmins>
  );
}

function Content({ webhook, reference }: { webhook: Webhook; reference: string }) {
  return (
    <Page
      title={webhook.name}
      crumbs={CRUMBS}
      beside={<Health webhook={webhook} withCount />}
      facts={
        <>
          <span>
            made <Time at={webhook.created_at} /> by{" "}
            <bdi title={webhook.created_by}>{middle(webhook.created_by, 40)}</bdi>
          </span>
          {webhook.delivered_at && (
            <span>
              last delivery <Time at={webhook.delivered_at} />
            </span>
          )}
        </>
      }
      actions={
        <>
          <TestWebhook webhook={webhook} reference={reference} />
          <WebhookForm webhook={webhook} reference={reference} button={{ size: "sm" }} />
          <DeleteWebhook webhook={webhook} reference={reference} />
        </>
      }
    >
      <Panel title="What it is told">
        <Facts
          items={[
            [
              "Address",
              <bdi key="url" className="mono">
                {webhook.url}
              </bdi>,
            ],
            ["Told of", webhook.events.join(", ")],
            ["Signature", webhook.signed ? "deliveries are signed with a secret" : "deliveries are not signed"],
            ["Description", webhook.description && <bdi>{webhook.description}</bdi>],
            ["Failing since", webhook.failing_since && <Time at={webhook.failing_since} />],
            ["Last error", webhook.failing_since && webhook.last_error && <bdi>{webhook.last_error}</bdi>],
          ]}
        />
      </Panel>
      <DeliveriesPanel webhook={webhook.id} reference={reference} />
    </Page>
  );
}

function DeleteWebhook({ webhook, reference }: { webhook: Webhook; reference: string }) {
  const { team } = useSession();
  const [, navigate] = useLocation();
  const address = useAddress();
  return (
    <Action
      label="Delete"
      variant="default"
      color="red"
      permission="webhook:write"
      team={team}
      cli={nounCommand("delete", "webhook", reference)}
      run={() => api.DELETE("/api/v1/webhooks/{webhook}", { params: { path: { webhook: webhook.id } } })}
      ask={{
        title: `Delete ${middle(webhook.name, 40)}?`,
        body: "Its address is told of nothing any more, what waits is not sent, and the list of its deliveries goes. To pause it, switch it off instead.",
        confirm: "Delete the webhook",
      }}
      done={{ message: `The webhook ${middle(webhook.name, 40)} is deleted.` }}
      onDone={() => navigate(address("/settings/webhooks"))}
    />
  );
}
