import type { Schemas } from "../../api/client";
import { compact, middle } from "../../state/format";
import { subjectPath, versionPath } from "../../state/subjectPath";
import type { Graph, LineageEdge, LineageNode } from "../../widgets/lineage/graph";

type Node = Schemas["Node"];

/** Requests that revisions of a service answered, by their number. */
export type Predictions = ReadonlyMap<string, ReadonlyMap<number, number>>;

const WHAT: Record<string, string> = {
  commit: "Commit",
  job: "Job",
  run: "Run",
  dataset: "Data",
  logged_model: "Logged model",
  version: "Version",
  alias: "Alias",
  revision: "Revision",
  service: "Service",
};

/** What the later thing of an edge has to do with the earlier one. */
const HOW: Record<string, string> = {
  ran: "ran",
  made: "made by",
  read: "read",
  registered_as: "registered from",
  named_by: "names",
  became: "serves",
  served_by: "answers with",
};

/** Identifiers of Git and of the platform are known by their beginning. */
const SHORT = 10;

/** The lineage of a version as the API gives it, with pages and words, and how much each service answered with it. */
export function versionGraph(answer: Schemas["Graph"], here: string, predictions: Predictions): Graph {
  const nodes = answer.nodes.map((node) => shown(node, here));
  const edges: LineageEdge[] = answer.edges.map(({ from, to, kind }) => ({ from, to, how: HOW[kind] }));
  const services = answer.nodes.filter(({ kind }) => kind === "service");
  for (const service of services) {
    const count = answeredBy(answer, service, predictions);
    if (count === undefined) continue;
    const id = `predictions:${service.id}`;
    const name = `${compact(count)} ${count === 1 ? "prediction" : "predictions"}`;
    nodes.push({
      id,
      kind: "predictions",
      what: "Predictions",
      name,
      about: "30 days",
      path: subjectPath("service", service.name),
    });
    edges.push({ from: service.id, to: id, how: "made by" });
  }
  return { nodes, edges };
}

/** A revision and its service, out of "churn revision 3". */
export function revisionOf(name: string): { service: string; number: number } | undefined {
  const [, service, number] = /^(.*) revision (\d+)$/s.exec(name) ?? [];
  return service === undefined ? undefined : { service, number: Number(number) };
}

/** How much the service answered with this version; undefined while that is not known. */
function answeredBy(answer: Schemas["Graph"], service: Node, predictions: Predictions): number | undefined {
  const counts = predictions.get(service.name);
  if (!counts) return undefined;
  const own = new Set(answer.edges.filter(({ to }) => to === service.id).map(({ from }) => from));
  return answer.nodes
    .filter(({ id }) => own.has(id))
    .reduce((sum, { name }) => sum + (counts.get(revisionOf(name)?.number ?? Number.NaN) ?? 0), 0);
}

function shown(node: Node, here: string): LineageNode {
  const what = WHAT[node.kind] ?? node.kind;
  const base = { id: node.id, kind: node.kind, what, name: node.name, about: aboutOf(node), path: pathOf(node) };
  if (node.id === here) return { ...base, isHere: true };
  if (node.kind === "commit" || node.kind === "job") return { ...base, name: middle(node.name, SHORT * 2) };
  const revision = node.kind === "revision" ? revisionOf(node.name) : undefined;
  return revision ? { ...base, what: `Revision ${revision.number}`, name: revision.service } : base;
}

function aboutOf({ kind, attributes }: Node): string | undefined {
  if (kind === "commit") return attributes.repository;
  if (kind === "dataset") return attributes.context ?? attributes.digest;
  if (kind === "run") return attributes.source;
  if (kind === "version") return attributes.registered_by && `by ${attributes.registered_by}`;
  return attributes.type;
}

/** What an id says behind its kind. */
const keyOf = (node: Node) => node.id.slice(node.kind.length + 1);

function pathOf(node: Node): string | undefined {
  switch (node.kind) {
    case "job":
    case "run":
      return subjectPath(node.kind, keyOf(node));
    case "service":
      return subjectPath("service", node.name);
    case "version": {
      const slash = node.name.lastIndexOf("/");
      return versionPath(node.name.slice(0, slash), node.name.slice(slash + 1));
    }
    case "alias":
      return subjectPath("model", node.name.slice(0, node.name.lastIndexOf("@")));
    case "revision": {
      const revision = revisionOf(node.name);
      return revision && `/services/${encodeURIComponent(revision.service)}/revisions?to=${revision.number}`;
    }
    default:
      return undefined;
  }
}
