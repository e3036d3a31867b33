/** Names the team that a request is about, where its address does not say it. */
const HEADER = "x-roadbed-team";
/** What was tracked and registered, and who is told of it: clients of MLflow know no teams, so the header says which one is meant. */
const NEEDS_TEAM =
  /^\/api\/v1\/(experiments|runs|models|traces|approvals|approval-rules|retention|purge|signing-keys|webhooks)\b/;

let standard: string | undefined;

/** The team that is meant when the address of the page names none. */
export function setStandardTeam(team: string | undefined): void {
  standard = team;
}

/** What is to be sent along to this path: the chosen team, else the standard one. */
export function teamHeader(path: string): Record<string, string> {
  if (!NEEDS_TEAM.test(path)) return {};
  const team = new URLSearchParams(location.search).get("team") ?? standard;
  return team ? { [HEADER]: team } : {};
}

/** Does what the path gives depend on the team? */
export function isOfTeam(path: unknown): boolean {
  return typeof path === "string" && NEEDS_TEAM.test(path);
}

/** The same for addresses that the browser fetches by itself (pictures, downloads): they can send no header. */
export function withTeam(path: string): string {
  const [team] = Object.values(teamHeader(path));
  if (team === undefined) return path;
  return `${path}${path.includes("?") ? "&" : "?"}team=${encodeURIComponent(team)}`;
}
