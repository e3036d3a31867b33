import type { ReactNode } from "react";
import type { Schemas } from "../../../api/client";
import { middle } from "../../../state/format";
import { Facts } from "../../../widgets/Facts";
import { Panel } from "../../../widgets/Panel";

/** Tags of the version, and where its files come from. */
export function Tags({ version }: { version: Schemas["VersionPage"] }) {
  const tags = Object.entries(version.tags).sort(([one], [other]) => one.localeCompare(other));
  return (
    <Panel title="Details">
      <Facts
        items={[
          [
            "Source",
            <span key="source" className="mono" title={version.source}>
              {middle(version.source, 80)}
            </span>,
          ],
          ["Logged model", version.logged_model && <span className="mono">{version.logged_model}</span>],
          [
            "Digest",
            version.digest && (
              <span className="mono" title={version.digest}>
                {middle(version.digest, 28)}
              </span>
            ),
          ],
          ["MLflow", version.mlflow_version],
          ...tags.map(([key, value]): [string, ReactNode] => [
            middle(key, 40),
            <bdi key={key} title={value.length > 120 ? value : undefined}>
              {middle(value, 120)}
            </bdi>,
          ]),
        ]}
      />
    </Panel>
  );
}
