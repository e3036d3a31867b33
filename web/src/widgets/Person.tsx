import { middle } from "../state/format";

/** Who did something, from an actor such as `user:ana` or `token:0198…`; `name` is the known name of it. */
export function Person({ actor, name }: { actor: string; name?: string | null | undefined }) {
  const [kind = "", id = ""] = actor.split(/[:/](.*)/s);
  return <bdi title={middle(actor, 200)}>{middle(nameOf(kind, id, name), 40)}</bdi>;
}

function nameOf(kind: string, id: string, name: string | null | undefined): string {
  // Its parts have names of their own, which say nothing to people.
  if (kind === "controller" || kind === "rule") return `the platform (${id})`;
  if (kind === "system") return "the platform";
  if (name) return name;
  return kind === "user" ? id : `${kind} ${middle(id, 14)}`;
}
