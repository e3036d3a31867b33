import { Text } from "@mantine/core";
import { useMemo } from "react";
import { query } from "../../../api/client";
import { middle } from "../../../state/format";
import { versionPath } from "../../../state/subjectPath";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { Loaded } from "../../../widgets/Loaded";
import type { Graph } from "../../../widgets/lineage/graph";
import { Lineage } from "../../../widgets/lineage/Lineage";
import { Panel } from "../../../widgets/Panel";
import type { Run } from "../useRun";
import { lineageGraph } from "./graph";

const MOST_SERVICES = 1000;
/** Versions whose own lineage is offered; the picture links to the others. */
const MOST_VERSIONS = 3;

/** Where the run came from and where it went: data, code, model versions, services. */
export function LineageTab({ run }: { run: Run }) {
  const lineage = query.useQuery("get", "/api/v1/runs/{run}/lineage", { params: { path: { run: run.id } } });
  const services = query.useQuery("get", "/api/v1/services", { params: { query: { limit: MOST_SERVICES } } });
  const facts = lineage.data;
  const known = services.data?.items;
  const graph = useMemo<Graph | undefined>(
    () =>
      facts &&
      lineageGraph({
        run,
        job: facts.job,
        source: facts.code.source,
        commit: facts.code.commit,
        datasets: facts.datasets,
        loggedModels: facts.logged_models,
        versions: facts.versions,
        services: known ?? [],
      }),
    [facts, known, run],
  );
  if (!graph) {
    return (
      <Panel title="Lineage">
        <Loaded query={lineage} lines={6}>
          {() => null}
        </Loaded>
      </Panel>
    );
  }
  const further = (facts?.versions ?? []).slice(0, MOST_VERSIONS).map(({ model, version }) => (
    <ButtonLink
      key={`${model}/${version}`}
      size="compact-sm"
      variant="default"
      to={`${versionPath(model, version)}/lineage`}
    >
      Lineage of {middle(`${model}/${version}`, 24)}
    </ButtonLink>
  ));
  return (
    <Lineage graph={graph} aside={further}>
      {services.error && (
        <Text size="sm" c="dimmed">
          Which services run its models is not known: you may not see services.
        </Text>
      )}
      {graph.nodes.length === 1 && (
        <Text size="sm" c="dimmed" mt="sm">
          Nothing else is known. A run that starts as a job, names its data with mlflow.log_input and registers its
          model stands in a line from data to service.
        </Text>
      )}
    </Lineage>
  );
}
