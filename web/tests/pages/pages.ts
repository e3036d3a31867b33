import type { Page } from "@playwright/test";
import type { Stage } from "../platform/client";

/** Every page of the portal, with things on it and without. `{name}` is something that was seeded. */
export const PAGES: Record<string, string> = {
  home: "/",
  "home of an empty project": "/?project=nothing-here",
  new: "/new",
  services: "/services",
  "services, no match": "/services?q=zzz",
  service: "/services/churn",
  "service rollouts": "/services/churn/rollouts",
  rollout: "/services/churn/rollouts/{rollout}",
  "service try it": "/services/churn/try",
  "service revisions": "/services/churn/revisions?from=1&to=2",
  "service settings": "/services/churn/settings",
  "service cost": "/services/churn/cost",
  "service activity": "/services/churn/activity",
  "no such service": "/services/nothing",
  experiments: "/experiments",
  runs: "/experiments/{experiment}",
  "runs, filter that does not parse": "/experiments/{experiment}?q=metrics.auc+%3E%3E",
  run: "/runs/{run}",
  "run metrics": "/runs/{run}/metrics",
  "run artifacts": "/runs/{modelRun}/artifacts",
  "run lineage": "/runs/{modelRun}/lineage",
  "run traces": "/runs/{traceRun}/traces",
  "run without traces": "/runs/{run}/traces",
  "no such run": "/runs/00000000000000000000000000000000",
  compare: "/compare?runs={fewRuns}",
  "compare curves": "/compare?runs={fewRuns}&tab=curves&keys=loss,auc",
  "compare parallel": "/compare?runs={fewRuns}&tab=parallel",
  "compare scatter": "/compare?runs={fewRuns}&tab=scatter",
  models: "/models",
  model: "/models/churn",
  "model with rules": "/models/pricing?at=-1d",
  version: "/models/churn/1",
  "version with approvals": "/models/pricing/1",
  "model card": "/models/pricing/1/card",
  "model card of little": "/models/churn/2/card",
  "no such model card": "/models/nothing/1/card",
  "version lineage": "/models/pricing/1/lineage",
  "version lineage of a served one": "/models/churn/1/lineage",
  "version lineage as a list": "/models/pricing/1/lineage?as=list",
  "no such lineage": "/models/nothing/1/lineage",
  traces: "/traces?experiment={traceExperiment}",
  "traces, filter that does not parse": "/traces?q=metrics.auc+%3E%3E",
  "no traces": "/traces?experiment={experiment}",
  trace: "/traces/{trace}",
  "trace with a hostile name": "/traces/{hostileTrace}",
  "no such trace": "/traces/tr-nothing",
  jobs: "/jobs",
  job: "/jobs/{job}",
  "failed job": "/jobs/{failedJob}",
  activity: "/activity",
  cost: "/costs",
  members: "/settings/members",
  tokens: "/settings/tokens",
  "new token": "/settings/tokens?new=1",
  prices: "/settings/prices",
  approvals: "/settings/approvals",
  "signing keys": "/settings/signing-keys",
  webhooks: "/settings/webhooks",
  webhook: "/settings/webhooks/{webhook}",
  "failing webhook": "/settings/webhooks/{failingWebhook}",
  "no such webhook": "/settings/webhooks/nothing",
  retention: "/settings/retention",
  about: "/settings/about",
  licenses: "/settings/licenses",
  "no such page": "/nowhere",
};

export function pathOf(template: string, stage: Stage): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(stage.seeded[name] ?? `missing-${name}`).replaceAll("%2C", ","),
  );
}

/** Waits until a page has its title and nothing on it is still loading. */
export async function settled(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[aria-busy="true"]').length === 0);
  await page.evaluate(() => document.fonts.ready);
}
