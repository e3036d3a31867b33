import { Fragment } from "react";
import { middle } from "../../state/format";
import { Link } from "../Link";
import type { Graph, LineageNode } from "./graph";
import classes from "./LineageGraph.module.css";
import { layersOf } from "./layers";

/** The same as the picture in words: each thing with what it comes from, the earliest first. */
export function LineageList({ graph, label }: { graph: Graph; label: string }) {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const sorted = layersOf(graph)
    .columns.flat()
    .flatMap(({ id }) => byId.get(id) ?? []);
  return (
    <ol className={classes.list} aria-label={label}>
      {sorted.map((node) => (
        <li key={node.id} data-here={node.isHere || undefined}>
          <span className={classes.word}>{node.what}</span>
          <span>
            <Name node={node} />
            {node.isHere && " (this one)"}
            {node.about && (
              <span className={classes.what}>
                {" · "}
                <bdi title={node.about}>{middle(node.about, 60)}</bdi>
              </span>
            )}
            <Sources node={node} graph={graph} byId={byId} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Name({ node }: { node: LineageNode }) {
  const name = <bdi title={node.name}>{middle(node.name, 60)}</bdi>;
  if (!node.path || node.isHere) return <b>{name}</b>;
  return (
    <Link to={node.path} size="sm" fw={600}>
      {name}
    </Link>
  );
}

/** What is named of the many things something comes from. */
const MOST_SOURCES = 8;

function Sources({ node, graph, byId }: { node: LineageNode; graph: Graph; byId: Map<string, LineageNode> }) {
  const sources = graph.edges.flatMap((edge) => {
    const source = edge.to === node.id ? byId.get(edge.from) : undefined;
    return source ? [{ source, how: edge.how ?? "from" }] : [];
  });
  if (sources.length === 0) return null;
  return (
    <span className={classes.sources}>
      {sources.slice(0, MOST_SOURCES).map(({ source, how }, index) => (
        <Fragment key={source.id}>
          {index > 0 && ", "}
          {how} {source.what.toLowerCase()} <bdi title={source.name}>{middle(source.name, 40)}</bdi>
        </Fragment>
      ))}
      {sources.length > MOST_SOURCES && ` and ${sources.length - MOST_SOURCES} more`}
    </span>
  );
}
