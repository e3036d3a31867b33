import { query, type Schemas } from "../../api/client";
import { Facts } from "../../widgets/Facts";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { SettingsPage } from "../../widgets/SettingsPage";
import { Status } from "../../widgets/Status";
import { Table } from "../../widgets/Table";
import { Time } from "../../widgets/Time";

/** What runs here, whether it is well, and whose work it stands on. */
export default function AboutPage() {
  const version = query.useQuery("get", "/api/v1/version");
  const doctor = query.useQuery("get", "/api/v1/doctor", {}, { retry: false });
  const gateways = query.useQuery("get", "/api/v1/gateways", {}, { refetchInterval: 5000 });
  const controllers = query.useQuery("get", "/api/v1/controllers", {}, { refetchInterval: 5000, retry: false });
  return (
    <SettingsPage title="About">
      <Panel title="This platform">
        <Loaded query={version}>
          {(data) => (
            <Facts
              items={[
                ["Version", data.version],
                ["Commit", data.commit],
                ["Up since", <Time key="since" at={data.started_at} />],
                ["Store", data.database],
                ["Gateway", data.gateway_url && <span className="mono">{data.gateway_url}</span>],
                [
                  "Licences",
                  <Link key="licenses" to="/settings/licenses">
                    Apache License 2.0, and those of what it is made of
                  </Link>,
                ],
              ]}
            />
          )}
        </Loaded>
      </Panel>
      <Panel title="Doctor: what this machine offers and lacks" flush>
        <Loaded query={doctor}>{(data) => <Findings findings={data.findings} />}</Loaded>
      </Panel>
      <Panel title="Gateways" flush>
        <Loaded query={gateways}>{(data) => <Gateways gateways={data.items} />}</Loaded>
      </Panel>
      <Panel title="Controllers: the platform's own loops" flush>
        <Loaded query={controllers}>{(data) => <Controllers loops={data.loops} />}</Loaded>
      </Panel>
    </SettingsPage>
  );
}

function Findings({ findings }: { findings: Schemas["DoctorItem"][] }) {
  return (
    <Table
      label="Findings of the doctor"
      rows={findings}
      rowKey={(finding) => finding.check}
      columns={[
        { id: "level", title: "State", cell: (finding) => <Status state={finding.level} /> },
        { id: "check", title: "Checked", cell: (finding) => finding.check },
        { id: "detail", title: "Found", cell: (finding) => finding.detail },
      ]}
    />
  );
}

function Gateways({ gateways }: { gateways: Schemas["GatewayView"][] }) {
  return (
    <Table
      label="Gateways"
      rows={gateways}
      rowKey={(gateway) => gateway.name}
      columns={[
        { id: "name", title: "Gateway", cell: (gateway) => <span className="mono">{gateway.name}</span> },
        {
          id: "live",
          title: "State",
          cell: (gateway) => (
            <Status state={gateway.live ? "healthy" : "lost"} label={gateway.live ? "live" : "silent"} />
          ),
        },
        { id: "heard", title: "Last heard", cell: (gateway) => <Time at={gateway.heard_at} /> },
        {
          id: "current",
          title: "Knows the newest",
          cell: (gateway) => (gateway.current ? "yes" : "not yet"),
          from: "sm",
        },
        {
          id: "revisions",
          title: "Revisions ready / loading / failed",
          cell: (gateway) => `${gateway.revisions_ready} / ${gateway.revisions_loading} / ${gateway.revisions_failed}`,
          align: "right",
          from: "sm",
        },
      ]}
    />
  );
}

const LOOP_STATES: Record<string, string> = {
  waiting: "healthy",
  running: "running",
  failing: "failing",
  elsewhere: "healthy",
};

function Controllers({ loops }: { loops: Schemas["LoopList"]["loops"] }) {
  return (
    <Table
      label="Controllers"
      rows={Object.entries(loops).sort(([one], [other]) => one.localeCompare(other))}
      rowKey={([name]) => name}
      columns={[
        { id: "name", title: "Loop", cell: ([name]) => name },
        {
          id: "state",
          title: "State",
          cell: ([, loop]) => <Status state={LOOP_STATES[loop.state] ?? loop.state} label={loop.state} />,
        },
        { id: "summary", title: "Last pass", cell: ([, loop]) => loop.last_error ?? loop.summary },
        { id: "at", title: "When", cell: ([, loop]) => <Time at={loop.last_pass_at} />, align: "right", from: "sm" },
      ]}
    />
  );
}
