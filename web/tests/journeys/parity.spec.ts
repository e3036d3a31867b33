import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { settled } from "../pages/pages";
import type { Client } from "../platform/client";
import { Receiver } from "../platform/receiver";
import { stopPlatform } from "../platform/start";
import { expect, loggedIn, test } from "../platform/test";
import { paste, startTwin, type Twin, translated } from "../platform/twins";

/** One thing that a person changes in the portal. */
interface Change {
  name: string;
  at: (ids: Record<string, string>) => string;
  /** Opens the dialog and fills it; the part of the page with the command and the button. */
  open: (page: Page) => Promise<Locator>;
  /** The button that does it. */
  press: string;
  /** What both platforms must say afterwards; without ids and times. */
  state: (client: Client, ids: Record<string, string>) => Promise<unknown>;
}

const dialog =
  (button: string | RegExp, fill?: (dialog: Locator, page: Page) => Promise<void>) => async (page: Page) => {
    await page
      .getByRole("button", { name: button, exact: typeof button === "string" })
      .first()
      .click();
    const opened = page.getByRole("dialog");
    await opened.waitFor();
    await fill?.(opened, page);
    return opened;
  };
const inRow =
  (row: string, button: string, fill?: (dialog: Locator, page: Page) => Promise<void>) => async (page: Page) => {
    await page.getByRole("row", { name: row }).getByRole("button", { name: button }).click();
    const opened = page.getByRole("dialog");
    await opened.waitFor();
    await fill?.(opened, page);
    return opened;
  };
const choose = (label: string, option: string) => async (opened: Locator, page: Page) => {
  await opened.getByRole("combobox", { name: label }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
};
const write = (label: string, text: string) => async (opened: Locator) => {
  await opened.getByRole("textbox", { name: label }).fill(text);
};
const ofViews = (item: string, fill?: (dialog: Locator, page: Page) => Promise<void>) => async (page: Page) => {
  await page.getByRole("button", { name: /^(Views|good ones|better ones)/ }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
  const opened = page.getByRole("dialog");
  await opened.waitFor();
  await fill?.(opened, page);
  return opened;
};

const run = async (client: Client, { run: id }: Record<string, string>) => {
  const { name, tags, description, state } = await client.json("GET", `/api/v1/runs/${id}`);
  return { name, tags: { author: tags.author, stage: tags.stage }, description, state };
};
const model = async (client: Client) => {
  const { aliases, description } = await client.json("GET", "/api/v1/models/churn");
  return { aliases, description };
};
const members = async (client: Client) =>
  (await client.json("GET", "/api/v1/teams/default/members")).items
    .map(({ user, role }: { user: string; role: string }) => `${user} ${role}`)
    .sort();
const tokens = async (client: Client) =>
  (await client.json("GET", "/api/v1/tokens")).items
    .map(({ name, actions, expires_at }: { name: string; actions: unknown; expires_at: string | null }) => ({
      name,
      actions,
      ends: expires_at?.slice(0, 10) ?? null,
    }))
    .sort((one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name));
const prices = async (client: Client) =>
  (await client.json("GET", "/api/v1/prices")).items.map(
    ({ resource, pico_price }: { resource: string; pico_price: number }) => [resource, pico_price],
  );
const views = async (client: Client) =>
  (await client.json("GET", "/api/v1/views?page=runs")).items
    .map(({ name, query, shared }: Record<string, unknown>) => ({ name, query, shared }))
    .sort((one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name));
const jobs = async (client: Client) =>
  (await client.json("GET", "/api/v1/jobs")).items
    .map(
      ({ name, parameters, rerun_of, state }: Record<string, unknown>) =>
        `${name} ${JSON.stringify(parameters)} ${rerun_of ? "again" : "first"} ${state}`,
    )
    .sort();
const service = async (client: Client) => {
  const [{ traffic, settings_as_written }, rollouts] = await Promise.all([
    client.json("GET", "/api/v1/services/churn"),
    client.json("GET", "/api/v1/rollouts?service=churn"),
  ]);
  return {
    settings_as_written,
    traffic: traffic.map((part: Record<string, unknown>) => [part.revision, part.weight_percent]),
    rollouts: rollouts.items.map((each: Record<string, unknown>) => [each.model, each.state]),
  };
};

const rules = async (client: Client) => {
  const asked = async (path: string) =>
    (await client.json("GET", path)).items.map((rule: Record<string, unknown>) => [
      rule.alias,
      rule.conditions,
      rule.approvers,
      rule.from,
    ]);
  return [await asked("/api/v1/approval-rules"), await asked("/api/v1/models/pricing/approval-rules")];
};
const approvals = async (client: Client) =>
  (await client.json("GET", "/api/v1/approvals")).items.map((given: Record<string, unknown>) => [
    given.model,
    given.version,
    given.alias,
    given.comment,
    given.state,
    given.revoked_because,
  ]);
const retention = async (client: Client) =>
  (await client.json("GET", "/api/v1/retention")).items.map((policy: Record<string, unknown>) => [
    policy.scope,
    policy.delete_after_days,
    policy.purge_after_days,
  ]);
const deletedRuns = async (client: Client) => (await client.json("POST", "/api/v1/purge?dry_run=true", {})).runs;
const traces = async (client: Client) =>
  (await client.json("GET", "/api/v1/traces")).items.map(({ id }: { id: string }) => id);

const signature = (client: Client) =>
  client.json("GET", "/api/v1/models/churn/versions/1/signature").then(
    ({ fits, files, key_name, key_state, signed_by }) => ({ fits, files, key_name, key_state, signed_by }),
    () => null,
  );
const signingKeys = async (client: Client) =>
  (await client.json("GET", "/api/v1/signing-keys")).items
    .map(({ name, state }: { name: string; state: string }) => `${name} ${state}`)
    .sort();
const webhooks = async (client: Client) =>
  (await client.json("GET", "/api/v1/webhooks")).items
    .map(({ name, events, signed, enabled, description }: Record<string, unknown>) =>
      JSON.stringify({ name, events, signed, enabled, description }),
    )
    .sort();
let receiver: Receiver;
const told = async (_: Client, ids: Record<string, string>) => receiver.count(ids.receiver ?? "");

const CHANGES: Change[] = [
  {
    name: "sign a version",
    at: () => "/models/churn/1",
    open: dialog("Sign"),
    press: "Sign the files",
    state: signature,
  },
  {
    name: "make a signing key",
    at: () => "/settings/signing-keys",
    open: dialog("New key", write("Name", "it's 2027")),
    press: "Make the key",
    state: signingKeys,
  },
  {
    name: "sign a version again",
    at: () => "/models/churn/1",
    open: dialog("Sign again"),
    press: "Sign the files",
    state: signature,
  },
  {
    name: "make a webhook",
    at: () => "/settings/webhooks",
    open: dialog("New webhook", async (opened) => {
      await write("Name", "ci")(opened);
      await write("Address", "https://ci.example.com/hook?key=$a'b")(opened);
      await opened.getByText("Prompts").click();
      await opened.getByRole("checkbox", { name: "a prompt was made", exact: true }).check();
      await opened.getByLabel("Secret", { exact: true }).fill("s3cret");
      await write("Description", "it's $HOME-made")(opened);
    }),
    press: "Make the webhook",
    state: webhooks,
  },
  {
    name: "change a webhook",
    at: ({ hook }) => `/settings/webhooks/${hook}`,
    open: dialog("Change", async (opened) => {
      await opened.getByRole("checkbox", { name: "a model was deleted", exact: true }).check();
      await opened.getByLabel("Secret", { exact: true }).fill("s3cret");
    }),
    press: "Change it",
    state: webhooks,
  },
  {
    name: "take the secret of a webhook away",
    at: ({ hook }) => `/settings/webhooks/${hook}`,
    open: dialog("Change", async (opened) => {
      await opened.getByRole("checkbox", { name: /Take the secret away/ }).check();
    }),
    press: "Change it",
    state: webhooks,
  },
  {
    name: "test a webhook",
    at: ({ hook }) => `/settings/webhooks/${hook}`,
    open: dialog("Test"),
    press: "Send the example",
    state: told,
  },
  {
    name: "send a delivery again",
    at: ({ hook }) => `/settings/webhooks/${hook}`,
    open: dialog("Send again"),
    press: "Send it again",
    state: told,
  },
  {
    name: "delete a webhook",
    at: ({ hook }) => `/settings/webhooks/${hook}`,
    open: dialog("Delete"),
    press: "Delete the webhook",
    state: webhooks,
  },
  {
    name: "set a rule of a model",
    at: () => "/models/pricing",
    open: dialog("New rule", async (opened) => {
      await write("Alias", "champion")(opened);
      await write("What must have been measured", "auc >= 0.9\nmetrics.loss < 1")(opened);
      await opened.getByLabel("How many people must approve").fill("2");
    }),
    press: "Set the rule",
    state: rules,
  },
  {
    name: "change a rule of a model",
    at: () => "/models/pricing",
    open: dialog("Change", async (opened) => {
      await opened.getByLabel("How many people must approve").fill("1");
    }),
    press: "Set the rule",
    state: rules,
  },
  {
    name: "remove a rule of a model",
    at: () => "/models/pricing",
    open: dialog("Remove the rule for @champion"),
    press: "Remove the rule",
    state: rules,
  },
  {
    name: "set a rule of the team",
    at: () => "/settings/approvals",
    open: dialog("New rule", write("Alias", "golden")),
    press: "Set the rule",
    state: rules,
  },
  {
    name: "remove a rule of the team",
    at: () => "/settings/approvals",
    open: inRow("golden", "Remove"),
    press: "Remove the rule",
    state: rules,
  },
  {
    name: "approve a version",
    at: () => "/models/pricing/1",
    open: dialog("Approve", write("What you looked at", 'it\'s the "holdout" of May')),
    press: "Approve",
    state: approvals,
  },
  {
    name: "take an approval back",
    at: () => "/models/pricing/1",
    open: dialog("Take back", write("Why", "it's $wrong")),
    press: "Take it back",
    state: approvals,
  },
  {
    name: "delete a trace",
    at: ({ trace }) => `/traces/${trace}`,
    open: dialog("Delete"),
    press: "Delete the trace",
    state: traces,
  },
  {
    name: "set how long runs are kept",
    at: () => "/settings/retention",
    open: dialog("New policy", async (opened) => {
      await opened.getByLabel("Delete runs that ended so many days ago").fill("900");
    }),
    press: "Set the policy",
    state: retention,
  },
  {
    name: "change how long runs are kept",
    at: () => "/settings/retention",
    open: dialog("Change", async (opened) => {
      await opened.getByLabel("Purge what has been deleted for so many days").fill("40");
    }),
    press: "Set the policy",
    state: retention,
  },
  {
    name: "remove a policy",
    at: () => "/settings/retention",
    open: dialog("Remove"),
    press: "Remove the policy",
    state: retention,
  },
  {
    name: "purge deleted runs",
    at: () => "/settings/retention",
    open: dialog("Purge 1 run", async (opened) => {
      await opened.getByRole("textbox").fill("purge");
    }),
    press: "Purge them",
    state: deletedRuns,
  },
  {
    name: "move an alias",
    at: () => "/models/churn",
    open: dialog("Move", choose("Version", "2")),
    press: "Move the alias",
    state: model,
  },
  {
    name: "make an alias",
    at: () => "/models/churn",
    open: dialog("New alias", write("Alias", "candidate")),
    press: "Set the alias",
    state: model,
  },
  {
    name: "remove an alias",
    at: () => "/models/churn",
    open: dialog("Remove @champion"),
    press: "Remove the alias",
    state: model,
  },
  {
    name: "describe a model",
    at: () => "/models/churn",
    open: dialog("Edit", write("Description", "Who leaves?\nIt's $HOME-made.")),
    press: "Save",
    state: model,
  },
  {
    name: "add a tag",
    at: ({ run: id }) => `/runs/${id}`,
    open: dialog("Add a tag", async (opened) => {
      await write("Name", "stage")(opened);
      await write("Value", 'it\'s "good"')(opened);
    }),
    press: "Save",
    state: run,
  },
  {
    name: "remove a tag",
    at: ({ run: id }) => `/runs/${id}`,
    open: inRow("author", "Remove"),
    press: "Remove",
    state: run,
  },
  {
    name: "describe a run",
    at: ({ run: id }) => `/runs/${id}`,
    open: dialog("Edit", write("Description", "-- with a hyphen\nand a `tick`")),
    press: "Save",
    state: run,
  },
  {
    name: "rename a run",
    at: ({ run: id }) => `/runs/${id}`,
    open: dialog("Rename", write("Name", "the best one")),
    press: "Rename",
    state: run,
  },
  { name: "delete a run", at: ({ run: id }) => `/runs/${id}`, open: dialog("Delete"), press: "Delete", state: run },
  { name: "restore a run", at: ({ run: id }) => `/runs/${id}`, open: dialog("Restore"), press: "Restore", state: run },
  {
    name: "run a job again",
    at: ({ job }) => `/jobs/${job}`,
    open: dialog("Run again", write("depth", "7")),
    press: "Run",
    state: jobs,
  },
  {
    name: "cancel a job",
    at: ({ waits }) => `/jobs/${waits}`,
    open: dialog("Cancel"),
    press: "Cancel the job",
    state: jobs,
  },
  {
    name: "make a token",
    at: () => "/settings/tokens",
    open: dialog("New token", async (opened, page) => {
      await write("Name", "of 'ana'")(opened);
      await choose("Lifetime", "90 days")(opened, page);
    }),
    press: "Create",
    state: tokens,
  },
  {
    name: "revoke a token",
    at: () => "/settings/tokens",
    open: inRow("nightly", "Revoke"),
    press: "Revoke",
    state: tokens,
  },
  {
    name: "give a role",
    at: () => "/settings/members",
    open: inRow("ana", "Change role", choose("Role", "deployer")),
    press: "Change",
    state: members,
  },
  {
    name: "add a person",
    at: () => "/settings/members",
    open: dialog("Add a person", write("Name", "vera")),
    press: "Add",
    state: members,
  },
  {
    name: "remove a person",
    at: () => "/settings/members",
    open: inRow("ana", "Remove"),
    press: "Remove",
    state: members,
  },
  {
    name: "set a price",
    at: () => "/settings/prices",
    open: inRow("cpu hour", "Change", async (opened) => {
      await opened.getByRole("textbox").fill("0.0316");
    }),
    press: "Set the price",
    state: prices,
  },
  {
    name: "save a view",
    at: () => "/experiments/0?q=metrics.auc+%3E+0.1",
    open: ofViews("Save as a new view", write("Name", "it's mine")),
    press: "Save",
    state: views,
  },
  {
    name: "rename a view",
    at: ({ view }) => `/experiments/0?view=${view}`,
    open: ofViews("Rename or share", write("Name", "better ones")),
    press: "Save",
    state: views,
  },
  {
    name: "delete a view",
    at: ({ view }) => `/experiments/0?view=${view}`,
    open: ofViews("Delete"),
    press: "Delete",
    state: views,
  },
  {
    name: "change settings of a service",
    at: () => "/services/churn?tab=settings",
    open: async (page) => {
      await page.getByLabel("Decide within").fill("2h");
      return page.getByRole("main");
    },
    press: "Save settings",
    state: service,
  },
  { name: "pause a rollout", at: () => "/services/churn", open: dialog("Pause"), press: "Pause", state: service },
  { name: "resume a rollout", at: () => "/services/churn", open: dialog("Resume"), press: "Resume", state: service },
  {
    name: "promote a rollout",
    at: () => "/services/churn",
    open: dialog("Promote"),
    press: "Give it all traffic",
    state: service,
  },
  {
    name: "roll back",
    at: () => "/services/churn",
    open: dialog("Roll back"),
    press: "Roll back to revision 1",
    state: service,
  },
];

test.describe.configure({ mode: "serial" });

const folder = mkdtempSync(join(tmpdir(), "roadbed-parity-"));
let portal: Twin;
let terminal: Twin;

test.beforeAll(async () => {
  receiver = await Receiver.start();
  portal = await startTwin(join(folder, "portal"), stopPlatform, receiver, "/told-portal");
  terminal = await startTwin(join(folder, "terminal"), stopPlatform, receiver, "/told-terminal");
});

test.afterAll(async () => {
  await Promise.all([portal, terminal].map((twin) => twin?.stop()));
  receiver?.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const { name, at, open, press, state } of CHANGES) {
  test(`${name}: the button and the command do the same`, async ({ browser }) => {
    const before = await state(portal.client, portal.ids);
    expect(await state(terminal.client, terminal.ids), "both begin alike").toEqual(before);
    const { page } = await loggedIn(browser, portal.stage);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.goto(at(portal.ids));
    await settled(page);
    const form = await open(page);
    await form
      .getByRole("button", { name: /^Copy as (CLI|command)$/ })
      .last()
      .click();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const there = await translated(command, portal, terminal);
    await form.getByRole("button", { name: press, exact: true }).click();
    await expect.poll(() => state(portal.client, portal.ids), "the button changes something").not.toEqual(before);
    await paste(there, terminal);
    await expect(async () => {
      expect(await state(terminal.client, terminal.ids), command).toEqual(await state(portal.client, portal.ids));
    }).toPass({ timeout: 30_000 });
    await page.context().close();
  });
}
