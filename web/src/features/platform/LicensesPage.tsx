import { Text } from "@mantine/core";
import { query } from "../../api/client";
import { useUrlState } from "../../state/url";
import { Filter } from "../../widgets/Filter";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { SettingsPage } from "../../widgets/SettingsPage";
import { Table } from "../../widgets/Table";

/** The works of others in this program, with their licences. */
export default function LicensesPage() {
  const { get } = useUrlState();
  const wanted = (get("q") ?? "").toLowerCase();
  const licenses = query.useQuery("get", "/api/v1/licenses", {}, { staleTime: Number.POSITIVE_INFINITY });
  return (
    <SettingsPage title="Licences">
      <Text size="sm" c="dimmed" maw={720}>
        Roadbed is under the Apache License 2.0. It contains these works of others.
      </Text>
      <Filter label="Filter by name or licence" />
      <Panel flush>
        <Loaded query={licenses}>
          {(data) => (
            <Table
              label="Licences"
              rows={data.items.filter((item) => `${item.name} ${item.license}`.toLowerCase().includes(wanted))}
              rowKey={(item) => `${item.ecosystem} ${item.name} ${item.version}`}
              columns={[
                { id: "name", title: "Name", cell: (item) => item.name },
                { id: "version", title: "Version", cell: (item) => item.version },
                { id: "kind", title: "Part", cell: (item) => item.ecosystem, from: "sm" },
                { id: "license", title: "Licence", cell: (item) => item.license },
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </SettingsPage>
  );
}
