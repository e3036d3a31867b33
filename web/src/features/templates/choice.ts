import { api, fetchRaw, type Schemas } from "../../api/client";
import { problemOf } from "../../api/problem";
import { shellWord } from "../../state/format";

/** What somebody chose for a new project. */
export interface Choice {
  template: string;
  name: string;
  /** Team that will own it. */
  owner: string;
  /** As typed; what is absent keeps the template's default. */
  parameters: Record<string, string>;
}

/** What the server makes of a choice. */
export interface Checked {
  files: Schemas["FileView"][];
  manifest: string;
  firstJob: string;
  /** Message by field: `name`, `owner`, `parameters.depth`; the empty name holds what belongs to no field. */
  messages: Record<string, string>;
}

/** The team that is meant when a manifest names none. */
const DEFAULT_TEAM = "default";
const PARAMETER = "p.";

/** The choice that an address holds. */
export function choiceOf(search: string, ownTeam: string): Choice {
  const params = new URLSearchParams(search);
  const parameters: Record<string, string> = {};
  for (const [name, value] of params) {
    if (name.startsWith(PARAMETER)) parameters[name.slice(PARAMETER.length)] = value;
  }
  return {
    template: params.get("template") ?? "",
    name: params.get("name") ?? "",
    owner: params.get("owner") ?? ownTeam,
    parameters,
  };
}

/** The same as parameters of an address; defaults are left out. */
export function addressOf(choice: Choice, ownTeam: string, defaults: Record<string, string>) {
  const address: Record<string, string | undefined> = {
    template: choice.template || undefined,
    name: choice.name || undefined,
    owner: choice.owner === ownTeam ? undefined : choice.owner,
  };
  for (const [name, value] of Object.entries(choice.parameters)) {
    address[`${PARAMETER}${name}`] = value === defaults[name] ? undefined : value;
  }
  return address;
}

/** The body of the templates' routes. */
export function bodyOf({ name, owner, parameters }: Choice): Schemas["Chosen"] {
  return { name, parameters, ...(owner === DEFAULT_TEAM ? {} : { team: owner }) };
}

/** Asks the server for the files and for everything that is wrong, also whether the name is still free. Changes nothing. */
export async function checkChoice(choice: Choice): Promise<Checked> {
  const { data } = await api.POST("/api/v1/templates/{template}/preview", {
    params: { path: { template: choice.template } },
    body: bodyOf(choice),
  });
  const messages: Record<string, string> = {};
  for (const { field, detail, fix } of data?.problems ?? []) {
    const name = field === "team" ? "owner" : (field ?? "");
    const message = fix ? `${detail}: ${fix}` : detail;
    messages[name] = messages[name] ? `${messages[name]}; ${message}` : message;
  }
  if (!messages.name && !messages.owner) {
    const refusal = await nameIsRefused(choice);
    if (refusal) messages.name = refusal;
  }
  const { files = [], manifest = "", first_job: firstJob = "" } = data ?? {};
  return { files, manifest, firstJob, messages };
}

async function nameIsRefused({ name, owner }: Choice): Promise<string | undefined> {
  try {
    await fetchRaw("/api/v1/projects?dry_run=true", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, team: owner }),
    });
    return undefined;
  } catch (error) {
    const { detail, fix } = problemOf(error);
    return fix ? `${detail}: ${fix}` : detail;
  }
}

/** The same project made in a terminal. */
export function commandsOf(choice: Choice, firstJob: string, defaults: Record<string, string>): string[] {
  const changed = Object.entries(choice.parameters).filter(([name, value]) => value !== defaults[name]);
  const flags = changed.map(([name, value]) => ` -p ${shellWord(`${name}=${value}`)}`).join("");
  const name = choice.name || "NAME";
  const word = shellWord(name);
  return [
    `roadbed init ${word} --template ${shellWord(choice.template || "TEMPLATE")} && cd ${word}`,
    ...(choice.owner === DEFAULT_TEAM ? [] : [`roadbed create project ${word} --team ${shellWord(choice.owner)}`]),
    `roadbed run ${shellWord(firstJob || "JOB")}${flags}`,
  ];
}
