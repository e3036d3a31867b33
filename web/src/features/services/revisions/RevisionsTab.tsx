import { Group, Select, Stack, Text } from "@mantine/core";
import { query, type Schemas } from "../../../api/client";
import { bytes, count, middle } from "../../../state/format";
import { useUrlState } from "../../../state/url";
import { Difference } from "../../../widgets/Difference";
import { Empty } from "../../../widgets/Empty";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { Person } from "../../../widgets/Person";
import { Status } from "../../../widgets/Status";
import { type Column, Table } from "../../../widgets/Table";
import { Time } from "../../../widgets/Time";
import { DeployAction } from "../header/DeployAction";
import type { TabProps } from "../ServicePage";
import { AnsweredPanel } from "./AnsweredPanel";

type Revision = Schemas["RevisionView"];

const COLUMNS: Column<Revision>[] = [
  { id: "number", title: "Revision", align: "right", cell: (revision) => <b>{revision.number}</b> },
  {
    id: "state",
    title: "State",
    cell: (revision) => (
      <Status
        state={revision.readiness === "failed" ? "failed" : revision.state}
        why={revision.readiness_detail ?? revision.engine}
      />
    ),
  },
  {
    id: "model",
    title: "Model",
    cell: (revision) => (
      <Link to={`/models/${encodeURIComponent(revision.model_name)}/${revision.model_version}`} size="sm">
        <bdi>{middle(revision.model, 40)}</bdi>
      </Link>
    ),
  },
  {
    id: "run",
    title: "Run",
    from: "sm",
    cell: (revision) =>
      revision.run_id ? (
        <Link to={`/runs/${encodeURIComponent(revision.run_id)}`} size="sm" title={revision.run_id}>
          {revision.run_id.slice(0, 8)}
        </Link>
      ) : (
        "–"
      ),
  },
  {
    id: "runtime",
    title: "Runs on",
    from: "md",
    cell: (revision) => <bdi>{middle(revision.engine ?? revision.flavors.join(", "), 60)}</bdi>,
  },
  {
    id: "files",
    title: "Files",
    align: "right",
    from: "md",
    cell: (revision) => `${count(revision.file_count)}, ${bytes(revision.bytes)}`,
  },
  { id: "created", title: "Created", cell: (revision) => <Time at={revision.created_at} /> },
  {
    id: "by",
    title: "By",
    from: "sm",
    cell: (revision) => (revision.created_by ? <Person actor={revision.created_by} /> : "–"),
  },
];

/** Every step of the service that ever was, and what differs between any two of them. */
export default function RevisionsTab({ service }: TabProps) {
  const revisions = query.useQuery("get", "/api/v1/services/{service}/revisions", {
    params: { path: { service: service.name }, query: { limit: 1000 } },
  });
  return (
    <Stack gap="md">
      <Panel flush>
        <Loaded query={revisions}>
          {(data) => (
            <Table
              label="Revisions"
              columns={COLUMNS}
              rows={data.items}
              rowKey={(revision) => revision.id}
              isSelected={(revision) => revision.number === service.revision}
              empty={
                <Empty title="No revision yet" action={<DeployAction service={service} />}>
                  Each deploy makes one: model, packages and configuration together, never changed afterwards.
                </Empty>
              }
            />
          )}
        </Loaded>
      </Panel>
      <AnsweredPanel service={service} />
      {revisions.data && revisions.data.items.length > 1 && (
        <Compared service={service} revisions={revisions.data.items} />
      )}
    </Stack>
  );
}

function Compared({ service, revisions }: TabProps & { revisions: Revision[] }) {
  const { get, set } = useUrlState();
  const numbers = revisions.map(({ number }) => number);
  const known = (text: string | undefined) => numbers.find((number) => String(number) === text);
  const to = known(get("to")) ?? numbers[0] ?? 0;
  const from = known(get("from")) ?? numbers.find((number) => number < to) ?? numbers[1] ?? 0;
  const difference = query.useQuery("get", "/api/v1/services/{service}/revisions/{number}/difference", {
    params: { path: { service: service.name, number: String(to) }, query: { against: from } },
  });
  const options = revisions.map(({ number, model }) => ({
    value: String(number),
    label: `revision ${number} · ${middle(model, 32)}`,
  }));
  return (
    <Panel title="What differs">
      <Stack gap="sm">
        <Group gap="sm" align="end">
          <Select
            label="From"
            data={options}
            value={String(from)}
            onChange={(next) => set({ from: next ?? undefined, to: String(to) })}
            allowDeselect={false}
            w={280}
          />
          <Select
            label="To"
            data={options}
            value={String(to)}
            onChange={(next) => set({ to: next ?? undefined, from: String(from) })}
            allowDeselect={false}
            w={280}
          />
        </Group>
        <Loaded query={difference}>
          {(found) =>
            found.fields.length === 0 ? (
              <Text size="sm">Nothing: both have the same model, packages and configuration.</Text>
            ) : (
              <Difference fields={found.fields} before={`revision ${found.before}`} after={`revision ${found.after}`} />
            )
          }
        </Loaded>
      </Stack>
    </Panel>
  );
}
