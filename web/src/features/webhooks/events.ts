/** What a webhook can be told of, in words; the list of the server's `webhooks/kinds.rs`. */
export const EVENTS: [group: string, events: Record<string, string>][] = [
  [
    "Models and versions",
    {
      "model_version.created": "a version was registered",
      "model_version.deleted": "a version was deleted",
      "registered_model.created": "a model was made",
      "registered_model.deleted": "a model was deleted",
    },
  ],
  [
    "Aliases and production",
    {
      "model_alias.moved": "an alias moved, from where, and who moved it",
      "model_version_alias.created": "an alias names a version, as MLflow tells it",
      "model_version_alias.deleted": "an alias was removed, as MLflow tells it",
      "production.changed": "a service answers with another version",
    },
  ],
  [
    "Approvals and tags",
    {
      "approval.given": "somebody approved a version",
      "approval.revoked": "an approval ended",
      "approval_rule.changed": "an alias asks for something else",
      "model_version_tag.set": "a tag of a version was set",
      "model_version_tag.deleted": "a tag of a version was removed",
    },
  ],
  [
    "Prompts",
    {
      "prompt.created": "a prompt was made",
      "prompt_version.created": "a version of a prompt was made",
      "prompt_alias.created": "an alias of a prompt was set",
      "prompt_alias.deleted": "an alias of a prompt was removed",
      "prompt_tag.set": "a tag of a prompt was set",
      "prompt_tag.deleted": "a tag of a prompt was removed",
      "prompt_version_tag.set": "a tag of a prompt's version was set",
      "prompt_version_tag.deleted": "a tag of a prompt's version was removed",
    },
  ],
];

const KNOWN = new Set(EVENTS.flatMap(([, events]) => Object.keys(events)));

/** Events that a newer server knows: they stay chosen when something else is changed. */
export function unknownEvents(events: string[]): string[] {
  return events.filter((event) => !KNOWN.has(event));
}
