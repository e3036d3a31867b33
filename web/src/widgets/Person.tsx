import { middle } from "../state/format";

interface PersonProps {
  actor: string;
  /** The known name of it. */
  name?: string | null | undefined;
  /** Name of the token that was used. */
  token?: string | null | undefined;
}

/** Who did something, from an actor such as `user:ana` or `token:0198…`; with a token it is `ana (ci)`. */
export function Person({ actor, name, token }: PersonProps) {
  const [kind = "", id = ""] = actor.split(/[:/](.*)/s);
  const who = middle(nameOf(kind, id, name), 40);
  return <bdi title={middle(actor, 200)}>{token && token !== name ? `${who} (${middle(token, 30)})` : who}</bdi>;
}

function nameOf(kind: string, id: string, name: string | null | undefined): string {
  // Its parts have names of their own, which say nothing to people.
  if (kind === "controller" || kind === "rule") return `the platform (${id})`;
  if (kind === "system") return "the platform";
  if (name) return name;
  return kind === "user" ? id : `${kind} ${middle(id, 14)}`;
}
