import { query } from "../../api/client";
import { middle } from "../../state/format";

/** The scope of a policy for all experiments of the team. */
export const TEAM = "team";
/** Experiments that are offered by name; others are named by their id. */
const MOST = 1000;

/** What a policy can be for, with words; the team first. */
export function useScopes(): { value: string; label: string }[] {
  const experiments = query.useQuery("get", "/api/v1/experiments", { params: { query: { limit: MOST } } });
  const known = experiments.data?.items ?? [];
  return [
    { value: TEAM, label: "Every experiment of the team" },
    ...known.map(({ id, name }) => ({ value: id, label: `${middle(name, 60)} (${id})` })),
  ];
}

/** Words for a scope, also of an experiment that is deleted. */
export function scopeWords(scopes: { value: string; label: string }[], scope: string): string {
  return scopes.find(({ value }) => value === scope)?.label ?? `Experiment ${scope}`;
}
