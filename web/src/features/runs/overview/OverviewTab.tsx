import { SimpleGrid, Stack, Text } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { measure, middle } from "../../../state/format";
import { Facts } from "../../../widgets/Facts";
import { Link } from "../../../widgets/Link";
import { Panel } from "../../../widgets/Panel";
import { inOrder } from "../metrics/groups";
import type { Run } from "../useRun";
import { Description } from "./Description";
import { type KeyValue, KeyValues } from "./KeyValues";
import classes from "./OverviewTab.module.css";
import { Tags } from "./Tags";

const byName = (one: KeyValue, other: KeyValue) => inOrder(one.name, other.name);

/** What the run was given and what came out of it. */
export function OverviewTab({ run }: { run: Run }) {
  const params = useMemo(
    () =>
      Object.entries(run.params)
        .map(([name, value]) => ({ name, value }))
        .sort(byName),
    [run.params],
  );
  const metrics = useMemo(
    () =>
      Object.entries(run.metrics)
        .map(([name, value]) => ({ name, value: typeof value === "number" ? measure(value, 6) : String(value) }))
        .sort(byName),
    [run.metrics],
  );
  return (
    <>
      <Description run={run} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <KeyValues
          title="Metrics"
          items={metrics}
          isNumber
          empty={<Nothing>The run logged no metric yet.</Nothing>}
          tools={(item) => (
            <Link
              to={`/runs/${encodeURIComponent(run.id)}/${item.name.startsWith("system/") ? "system" : "metrics"}`}
              params={{ q: item.name }}
              size="sm"
              aria-label={`Chart of ${middle(item.name, 60)}`}
              className={classes.tool}
            >
              Chart
            </Link>
          )}
        />
        <KeyValues title="Parameters" items={params} empty={<Nothing>The run logged no parameter.</Nothing>} />
        <Data run={run} />
        <Tags run={run} />
      </SimpleGrid>
    </>
  );
}

function Nothing({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}

/** `LOGGED_MODEL_READY` needs no word. */
function stateOf(status: string): string {
  if (status === "") return "(deleted)";
  const word = status.replace("LOGGED_MODEL_", "").replaceAll("_", " ").toLowerCase();
  return word === "ready" ? "" : `(${word})`;
}

/** One below the other; nothing when there is none. */
function listed(items: ReactNode[]): ReactNode {
  return items.length === 0 ? undefined : <Stack gap={6}>{items}</Stack>;
}

function Dataset({ dataset }: { dataset: Run["inputs"][number] }) {
  return (
    <span title={dataset.source}>
      <bdi>{middle(dataset.name, 60)}</bdi>{" "}
      <span className="mono" title={dataset.digest}>
        {middle(dataset.digest, 16)}
      </span>
      {dataset.context && ` for ${middle(dataset.context, 30)}`}
    </span>
  );
}

function LoggedModel({ run, model }: { run: string; model: Run["logged_models"][number] }) {
  const name = (
    <>
      <bdi>{middle(model.name || model.id, 60)}</bdi> {stateOf(model.status)}
    </>
  );
  // Files that lie apart from those of the run have no page here.
  if (!model.path) return <span title={model.id}>{name}</span>;
  return (
    <Link to={`/runs/${encodeURIComponent(run)}/artifacts`} params={{ path: `${model.path}/MLmodel` }} size="sm">
      {name}
    </Link>
  );
}

/** The data it read and the models it made. */
function Data({ run }: { run: Run }) {
  const { inputs, input_models: read, logged_models: models, versions } = run;
  return (
    <Panel title="Data and models">
      <Facts
        items={[
          [
            "Data",
            listed(inputs.map((dataset) => <Dataset key={`${dataset.name} ${dataset.digest}`} dataset={dataset} />)),
          ],
          [
            "Models read",
            listed(
              read.map((id) => (
                <span key={id} className="mono">
                  {middle(id, 24)}
                </span>
              )),
            ),
          ],
          ["Models logged", listed(models.map((model) => <LoggedModel key={model.id} run={run.id} model={model} />))],
          [
            "Registered as",
            listed(
              versions.map((version) => (
                <Link
                  key={`${version.model} ${version.version}`}
                  to={`/models/${encodeURIComponent(version.model)}/${version.version}`}
                  size="sm"
                >
                  <bdi>{middle(version.model, 60)}</bdi> version {version.version}
                  {version.aliases.length > 0 && ` (${version.aliases.join(", ")})`}
                </Link>
              )),
            ),
          ],
        ]}
      />
      {inputs.length + read.length + models.length + versions.length === 0 && (
        <Nothing>
          The run says nothing of its data, and logged no model. mlflow.log_input and mlflow.log_model tell both.
        </Nothing>
      )}
    </Panel>
  );
}
