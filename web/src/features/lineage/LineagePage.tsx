import { Text } from "@mantine/core";
import { query, type Schemas } from "../../api/client";
import { nounCommand } from "../../state/nounCommand";
import { usePathParts } from "../../state/pathParts";
import { versionPath } from "../../state/subjectPath";
import { ButtonLink } from "../../widgets/ButtonLink";
import { CommandLine } from "../../widgets/CommandLine";
import { Loaded } from "../../widgets/Loaded";
import { Lineage } from "../../widgets/lineage/Lineage";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { versionGraph } from "./graph";
import { usePredictions } from "./usePredictions";

/** What a version of a model came from, and what came of it. */
export default function LineagePage() {
  const [, name = "", version = ""] = usePathParts();
  const lineage = query.useQuery("get", "/api/v1/models/{model}/versions/{version}/lineage", {
    params: { path: { model: name, version } },
  });
  return (
    <Page
      title={`Lineage of ${name} version ${version}`}
      crumbs={[
        { label: "Models", to: "/models" },
        { label: name, to: `/models/${encodeURIComponent(name)}` },
        { label: `Version ${version}`, to: versionPath(name, version) },
      ]}
    >
      {lineage.data ? (
        <Content graph={lineage.data} reference={`${name}/${version}`} />
      ) : (
        <Panel>
          <Loaded query={lineage} lines={6}>
            {() => null}
          </Loaded>
        </Panel>
      )}
      {lineage.error && (
        <div>
          <ButtonLink to="/models" variant="default">
            Look at the models
          </ButtonLink>
        </div>
      )}
    </Page>
  );
}

function Content({ graph, reference }: { graph: Schemas["Graph"]; reference: string }) {
  const services = graph.nodes.filter(({ kind }) => kind === "service").map(({ name }) => name);
  const predictions = usePredictions(services);
  const kinds = new Set(graph.nodes.map(({ kind }) => kind));
  return (
    <>
      <Lineage graph={versionGraph(graph, `version:${reference}`, predictions)}>
        {graph.truncated && (
          <Text size="sm" mt="sm">
            There is more than was looked up: the farthest runs and models are left out.
          </Text>
        )}
        {!kinds.has("run") && (
          <Text size="sm" c="dimmed" mt="sm">
            Which run made it is not known. Register a version from a run, and the line reaches back to code and data.
          </Text>
        )}
        {kinds.has("run") && !kinds.has("dataset") && (
          <Text size="sm" c="dimmed" mt="sm">
            Its data is not known: name it in the training code with <code>mlflow.log_input</code>.
          </Text>
        )}
        {kinds.has("run") && !kinds.has("commit") && (
          <Text size="sm" c="dimmed">
            Its commit is not known: a run that starts in a Git folder says it by itself.
          </Text>
        )}
      </Lineage>
      <Panel title="The same in a terminal">
        <CommandLine command={`${nounCommand("get", "lineage", reference)} -o json`} label="Copy as CLI" />
      </Panel>
    </>
  );
}
