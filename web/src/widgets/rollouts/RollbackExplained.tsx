import { List, Stack, Text } from "@mantine/core";
import { query } from "../../api/client";
import { middle } from "../../state/format";
import { Difference } from "../Difference";
import { Loaded } from "../Loaded";
import classes from "./RollbackExplained.module.css";

/** What a rollback from one revision to another changes, and what it leaves as it is. */
export function RollbackExplained({
  service,
  from,
  to,
  held,
}: {
  service: string;
  from: number;
  to: number;
  /** Model that nothing but a person tries again afterwards. */
  held: string;
}) {
  const difference = query.useQuery("get", "/api/v1/services/{service}/revisions/{number}/difference", {
    params: { path: { service, number: String(to) }, query: { against: from } },
  });
  return (
    <Stack gap="sm">
      <div className={classes.move}>
        <span>revision {from}</span>
        <span aria-hidden>→</span>
        <span className={classes.hidden}>to</span>
        <b>revision {to}</b>
      </div>
      <Text size="sm">
        Revision {to} is kept ready and gets all traffic, usually within a second or two. Nothing is built again.
      </Text>
      <div>
        <Text size="sm" fw={600} mb={4}>
          What changes
        </Text>
        <Loaded query={difference} lines={3}>
          {(found) =>
            found.fields.length === 0 ? (
              <Text size="sm">Nothing: both revisions have the same model and configuration.</Text>
            ) : (
              <Difference
                fields={found.fields}
                before={`revision ${found.before}, now`}
                after={`revision ${found.after}`}
              />
            )
          }
        </Loaded>
      </div>
      <div>
        <Text size="sm" fw={600} mb={4}>
          What it does not undo
        </Text>
        <List size="sm" spacing={2}>
          <List.Item>answers that were given, and what callers did with them</List.Item>
          <List.Item>the settings of the service: limits and steps stay as they are now</List.Item>
          <List.Item>
            the registry: aliases keep pointing where they point, and{" "}
            <bdi className={classes.model}>{middle(held, 80)}</bdi> stays registered
          </List.Item>
        </List>
      </div>
      <Text size="sm" c="dimmed">
        Afterwards <bdi className={classes.model}>{middle(held, 80)}</bdi> is held for this service:{" "}
        <code>roadbed apply</code> does not release it again by itself, a person may.
      </Text>
    </Stack>
  );
}
