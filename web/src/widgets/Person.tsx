import { middle } from "../state/format";

/** Who did something, from an actor such as `user:ana` or `token:0198…`; `name` is the known name of it. */
export function Person({ actor, name }: { actor: string; name?: string | null | undefined }) {
  const [kind = "", id = ""] = actor.split(/[:/](.*)/s);
  const shown =
    name ??
    (kind === "user"
      ? id
      : kind === "controller" || kind === "rule"
        ? `the platform (${id})`
        : `${kind} ${middle(id, 14)}`);
  return <bdi title={middle(actor, 200)}>{middle(shown, 40)}</bdi>;
}
