import { Text } from "@mantine/core";
import type { Schemas } from "../../api/client";
import { middle } from "../../state/format";
import { nounCommand } from "../../state/nounCommand";
import { useSession } from "../../state/session";
import { Empty } from "../../widgets/Empty";
import { Link } from "../../widgets/Link";
import { Panel } from "../../widgets/Panel";
import { SettingsPage } from "../../widgets/SettingsPage";
import { type Column, Table } from "../../widgets/Table";
import { Time } from "../../widgets/Time";
import { Health } from "./Health";
import { OfAdmins } from "./OfAdmins";
import { WebhookForm } from "./WebhookForm";
import classes from "./webhooks.module.css";

type Webhook = Schemas["WebhookItem"];

/** Addresses that are told when something happens to models. */
export default function WebhooksPage() {
  const { can, team } = useSession();
  return (
    <SettingsPage title="Webhooks">
      <Text size="sm" c="dimmed" maw={720}>
        A webhook has an address told when something happens to models: a version was registered, an alias moved,
        somebody approved. Receivers written for MLflow work as they are. What does not arrive is tried again for about
        seven hours, and one that fails is never switched off by itself.
      </Text>
      <Panel title="Webhooks of the team" flush={can("webhook:read", team)} aside={<WebhookForm />}>
        <OfAdmins>
          {(items) => (
            <Table
              label="Webhooks"
              columns={COLUMNS}
              rows={items}
              rowKey={({ id }) => id}
              empty={
                <Empty
                  title="Nobody is told of anything"
                  command={nounCommand("create", "webhook", "ci", {
                    address: "ADDRESS",
                    events: "model_version.created",
                  })}
                >
                  A good first one: have your pipeline told of every new version. Clients of MLflow see and change the
                  same webhooks.
                </Empty>
              }
            />
          )}
        </OfAdmins>
      </Panel>
    </SettingsPage>
  );
}

const COLUMNS: Column<Webhook>[] = [
  {
    id: "name",
    title: "Name",
    cell: ({ id, name }) => (
      <Link
        to={`/settings/webhooks/${encodeURIComponent(id)}`}
        size="sm"
        fw={550}
        className={classes.line}
        title={name}
      >
        <bdi>{middle(name, 28)}</bdi>
      </Link>
    ),
  },
  { id: "health", title: "State", cell: (webhook) => <Health webhook={webhook} /> },
  {
    id: "delivered",
    title: "Last delivery",
    cell: ({ delivered_at }) => (
      <span className={classes.line}>{delivered_at ? <Time at={delivered_at} /> : "none yet"}</span>
    ),
  },
  {
    id: "events",
    title: "Told of",
    cell: ({ events }) => (
      <span title={events.join(", ")} className={classes.wide}>
        {events.slice(0, 2).join(", ")}
        {events.length > 2 && ` and ${events.length - 2} more`}
      </span>
    ),
    from: "sm",
  },
  {
    id: "url",
    title: "Address",
    cell: ({ url }) => (
      <bdi title={url} className={`mono ${classes.wide}`}>
        {middle(url, 60)}
      </bdi>
    ),
    from: "md",
  },
];
