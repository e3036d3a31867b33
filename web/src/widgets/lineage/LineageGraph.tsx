import { useMemo } from "react";
import { Link as RouterLink } from "wouter";
import { middle } from "../../state/format";
import { useAddress } from "../../state/url";
import type { Graph } from "./graph";
import classes from "./LineageGraph.module.css";
import { layoutOf, NODE_HEIGHT, NODE_WIDTH, type PlacedNode } from "./layout";

/** Draws a lineage: lines behind, and before them what they lead to, as links. */
export function LineageGraph({ graph, label }: { graph: Graph; label: string }) {
  const layout = useMemo(() => layoutOf(graph), [graph]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it.
    <section className={classes.scroll} tabIndex={0} aria-label={label}>
      <div className={classes.canvas} style={{ width: layout.width, height: layout.height }}>
        <svg width={layout.width} height={layout.height} className={classes.lines} aria-hidden>
          <title>Lines of the lineage</title>
          <defs>
            <marker
              id="lineage-arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M 0 0.5 L 7.5 4 L 0 7.5 z" className={classes.head} />
            </marker>
          </defs>
          {layout.edges.map((edge) => (
            <path
              key={`${edge.from} ${edge.to}`}
              d={edge.line}
              className={classes.line}
              data-loose={edge.isLoose || undefined}
              markerEnd="url(#lineage-arrow)"
            />
          ))}
        </svg>
        {layout.nodes.map((node) => (
          <Node key={node.id} node={node} />
        ))}
      </div>
    </section>
  );
}

function Node({ node }: { node: PlacedNode }) {
  const address = useAddress();
  const looks = {
    className: classes.node,
    "data-kind": node.kind,
    "data-here": node.isHere || undefined,
    style: { left: node.left, top: node.top, width: NODE_WIDTH, height: NODE_HEIGHT },
    title: [node.name, node.about].filter(Boolean).join("\n"),
  };
  const content = (
    <>
      <span className={classes.what}>
        {node.what}
        {node.about && (
          <>
            {" · "}
            <bdi>{middle(node.about, 18)}</bdi>
          </>
        )}
      </span>
      <bdi className={classes.name}>{middle(node.name, 38)}</bdi>
    </>
  );
  if (!node.path || node.isHere) return <div {...looks}>{content}</div>;
  return (
    <RouterLink href={address(node.path)} {...looks}>
      {content}
    </RouterLink>
  );
}
