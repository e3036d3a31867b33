import type { Graph, LineageEdge, LineageNode } from "../../../widgets/lineage/graph";

/** What is known of where a run came from and where it went. */
export interface LineageFacts {
  run: { id: string; name: string; status: string };
  job?: string | null | undefined;
  commit?: string | null | undefined;
  source?: string | null | undefined;
  datasets: { name: string; digest: string; context?: string | null | undefined }[];
  loggedModels: { id: string; name: string }[];
  versions: { model: string; version: number; aliases: string[] }[];
  /** Model as services name it: `churn/12`. */
  services: { name: string; model?: string | null | undefined; health?: string | undefined }[];
}

/** The lineage as things and what leads from one to the other. */
export function lineageGraph(facts: LineageFacts): Graph {
  const run = `run ${facts.run.id}`;
  const nodes: LineageNode[] = [
    {
      id: run,
      kind: "run",
      what: "Run",
      name: facts.run.name,
      about: facts.run.status.toLowerCase(),
      isHere: true,
      path: `/runs/${encodeURIComponent(facts.run.id)}`,
    },
  ];
  const edges: LineageEdge[] = [];
  const code = codeNode(facts);
  if (code) {
    nodes.push(code);
    edges.push({ from: code.id, to: run, how: "made by" });
  }
  for (const dataset of facts.datasets) {
    const id = `data ${dataset.name} ${dataset.digest}`;
    if (nodes.some((node) => node.id === id)) continue;
    nodes.push({ id, kind: "data", what: "Data", name: dataset.name, about: dataset.context ?? dataset.digest });
    edges.push({ from: id, to: code?.id ?? run, how: "read" });
  }
  addModels(facts, run, nodes, edges);
  addServices(facts, nodes, edges);
  return { nodes, edges };
}

function codeNode({ job, source, commit }: LineageFacts): LineageNode | undefined {
  const about = commit ? `commit ${commit.slice(0, 10)}` : undefined;
  if (job) {
    const path = `/jobs/${encodeURIComponent(job)}`;
    return { id: `job ${job}`, kind: "code", what: "Job", name: source ?? job.slice(0, 8), about, path };
  }
  if (source || commit) return { id: "code", kind: "code", what: "Code", name: source ?? "unnamed", about };
  return undefined;
}

function addModels(facts: LineageFacts, run: string, nodes: LineageNode[], edges: LineageEdge[]): void {
  for (const version of facts.versions) {
    const id = versionId(version.model, version.version);
    const about = version.aliases.length > 0 ? version.aliases.join(", ") : undefined;
    const path = `/models/${encodeURIComponent(version.model)}/${version.version}`;
    nodes.push({ id, kind: "model", what: `Version ${version.version}`, name: version.model, about, path });
    edges.push({ from: run, to: id, how: "registered from" });
  }
  // Registered ones are told by their versions.
  if (facts.versions.length > 0) return;
  for (const model of facts.loggedModels) {
    const id = `logged ${model.id}`;
    const name = model.name || model.id;
    nodes.push({ id, kind: "model", what: "Logged model", name, about: "not registered" });
    edges.push({ from: run, to: id, how: "made by" });
  }
}

function versionId(model: string, version: number | string): string {
  return `version ${model}/${version}`;
}

function addServices({ services, versions }: LineageFacts, nodes: LineageNode[], edges: LineageEdge[]): void {
  for (const service of services) {
    const slash = service.model?.lastIndexOf("/") ?? -1;
    const model = service.model?.slice(0, slash);
    const sources = versions.filter((version) => version.model === model);
    if (!service.model || sources.length === 0) continue;
    const id = `service ${service.name}`;
    const served = service.model.slice(slash + 1);
    const exact = sources.filter((version) => String(version.version) === served);
    const about = exact.length > 0 ? service.health : `serves version ${served}`;
    nodes.push({
      id,
      kind: "service",
      what: "Service",
      name: service.name,
      about,
      path: `/services/${encodeURIComponent(service.name)}`,
    });
    const from = exact.length > 0 ? exact : sources.slice(0, 1);
    for (const version of from) {
      edges.push({
        from: versionId(version.model, version.version),
        to: id,
        how: exact.length > 0 ? "serves" : "serves a relative of",
        ...(exact.length > 0 ? {} : { isLoose: true }),
      });
    }
  }
}
