/** The page of one version of a model. */
export function versionPath(model: string, version: string | number): string {
  return `/models/${encodeURIComponent(model)}/${encodeURIComponent(version)}`;
}

/** Where the portal shows a subject of events; undefined when it has no page. Rollouts are found through their service. */
export function subjectPath(kind: string, id: string): string | undefined {
  const word = encodeURIComponent(id);
  switch (kind) {
    case "service":
      return `/services/${word}`;
    case "job":
      return `/jobs/${word}`;
    case "run":
      return `/runs/${word}`;
    case "experiment":
      return `/experiments/${word}`;
    case "model":
      return `/models/${word}`;
    case "project":
      return `/?project=${word}`;
    case "team":
      return `/settings/members?team=${word}`;
    case "token":
      return "/settings/tokens";
    case "approval_rule":
      return "/settings/approvals";
    case "retention":
      return "/settings/retention";
    case "signing_key":
      return "/settings/signing-keys";
    case "webhook":
      return `/settings/webhooks/${word}`;
    case "price":
      return "/settings/prices";
    default:
      return undefined;
  }
}
