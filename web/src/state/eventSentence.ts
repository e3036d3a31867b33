import { EventReader, type Names, type Part, type Told } from "./eventReader";
import { words } from "./format";
import { subjectPath, versionPath } from "./subjectPath";

export type { Names, Part, Told } from "./eventReader";

type Teller = (event: EventReader) => Part[];

/** Words as a sentence's end: a colon and the reason, when there is one. */
const because = (reason: string | undefined) => (reason ? `: ${reason}` : "");

const DEFINED: Record<string, string> = { create: "added to", update: "changed in", delete: "removed from" };

function exitOf(event: EventReader): string {
  const exit = event.object("exit");
  const value = typeof exit.value === "number" ? exit.value : undefined;
  switch (exit.kind) {
    case "code":
      return value === 0 ? "" : `: its code ended with ${value}`;
    case "signal":
      return `: its code was ended by signal ${value}`;
    case "out_of_memory":
      return ": it needed more memory than it asked for";
    case "timeout":
      return ": its time was over";
    case "not_started":
      return ": its code never started";
    default:
      return "";
  }
}

function jobFinished(event: EventReader): Part[] {
  const state = event.text("state") ?? "ended";
  const verb = state === "cancelled" || state === "lost" ? `was ${state}` : words(state);
  return ["Job ", event.job(), ` ${verb}${state === "succeeded" ? "" : exitOf(event)}`];
}

function rolloutEnded(event: EventReader): Part[] {
  const state = event.text("state") ?? "ended";
  const verb = state === "failed" ? "failed" : `was ${words(state)}`;
  return ["The rollout of ", event.rollout(), ` ${verb}${because(event.text("sentence"))}`];
}

function memberChanged(event: EventReader): Part[] {
  const [user, role] = [event.text("user") ?? "somebody", event.text("role")];
  return role
    ? [{ name: user }, ` is now ${role} of team `, event.subject()]
    : [{ name: user }, " is no longer in team ", event.subject()];
}

function aliasMoved(event: EventReader): Part[] {
  const [alias, version, previous] = [event.text("alias") ?? "?", event.count("version"), event.count("previous")];
  const model = event.text("model") ?? event.told.subject_id;
  const before = previous === undefined ? "" : `, before it was version ${previous}`;
  return version === undefined
    ? [{ name: `${model}@${alias}`, path: subjectPath("model", model) }, ` names no version any more${before}`]
    : [{ name: `${model}@${alias}`, path: subjectPath("model", model) }, ` is now version ${version}${before}`];
}

function modelUpdated(event: EventReader): Part[] {
  const [model, previous] = [event.text("model"), event.text("previous_name")];
  return previous && previous !== model
    ? ["Model ", { name: previous }, " is now called ", event.subject(model)]
    : ["The description or tags of model ", event.subject(model), " changed"];
}

function versionUpdated(event: EventReader): Part[] {
  const stage = event.text("stage");
  const staged = stage && stage !== "None" ? `, its stage is ${stage}` : "";
  return ["The description, tags or stage of model ", event.version(), ` changed${staged}`];
}

/** Files lie below the run or the logged model they belong to: `experiment/run/artifacts/…`. */
function artifact(event: EventReader): Part {
  const path = event.text("path") ?? event.told.subject_id;
  const [owner = "", run] = /^[^/]+\/(?:([0-9a-f]{32})|models\/[^/]+)\/artifacts\//.exec(path) ?? [];
  const name = path.slice(owner.length);
  return run ? { name, path: subjectPath("run", run) } : { name };
}

const counted = (count: number | undefined, one: string, many = `${one}s`) =>
  count === undefined ? `some ${many}` : count === 1 ? `1 ${one}` : `${count} ${many}`;

const RUN_ENDS: Record<string, string> = { FINISHED: "finished", FAILED: "failed", KILLED: "was killed" };

function retention(event: EventReader): string {
  const [deleted, purged] = [event.count("delete_after_days"), event.count("purge_after_days")];
  const said = [
    deleted === undefined ? undefined : `deleted after ${counted(deleted, "day")}`,
    purged === undefined ? undefined : `purged after ${counted(purged, "day")}`,
  ].filter((part) => part !== undefined);
  return said.join(", ") || "for ever";
}

function ruleChanged(event: EventReader): Part[] {
  const model = event.text("model");
  const where = model === undefined ? ["every model of the team"] : ["model ", event.subject(model)];
  const approvers = counted(event.count("approvers"), "approver");
  return [`What the alias ${event.text("alias") ?? "?"} asks for in `, ...where, ` changed: ${approvers}`];
}

function runUpdated(event: EventReader): Part[] {
  const end = RUN_ENDS[event.text("status") ?? ""];
  return ["Run ", event.subject(event.text("run_name")), end ? ` ${end}` : " changed"];
}

/** The name of a view that is not shared is its owner's business: events do not carry it. */
function savedView(event: EventReader, end: string): Part[] {
  const [name, page] = [event.text("name"), event.text("page") ?? "?"];
  return name === undefined
    ? [`A view of the page ${page} was ${end}`]
    : ["The view ", { name }, ` of the page ${page} was ${end}`];
}

function webhook(event: EventReader): Part {
  return event.subject(event.text("name"));
}

/** How each kind of event is told. A kind that is not here is told in its own words. */
const TELLERS: Record<string, Teller> = {
  ServiceCreated: (event) => ["Service ", event.subject(), " was created"],
  ServiceChanged: (event) => ["The settings of service ", event.subject(), " changed"],
  ServiceDeleted: (event) => ["Service ", event.gone(), " was deleted"],
  RevisionCreated: (event) => {
    const [model = "a model", version = ""] = event.text("model")?.split(/\/(?=[^/]*$)/) ?? [];
    const number = event.count("number");
    return [
      "Model ",
      version ? { name: `${model}/${version}`, path: versionPath(model, version) } : { name: model },
      ` became revision ${number ?? "?"} of `,
      event.subject(),
    ];
  },
  RolloutStarted: (event) => {
    const first = event.text("from_revision") === undefined;
    const how = event.text("strategy") === "canary" && !first ? ", step by step" : "";
    return [first ? "The first rollout of " : "A rollout of ", event.rollout(), ` began${how}`];
  },
  RolloutStepped: (event) => [
    "The new revision of ",
    event.rollout(),
    ` gets ${event.text("weight")?.replace("%", " %") ?? "another share"} of the traffic`,
  ],
  RolloutPaused: (event) => {
    const reason = event.text("reason");
    return ["The rollout of ", event.rollout(), ` was paused${reason === "asked for" ? "" : because(reason)}`];
  },
  RolloutResumed: (event) => ["The rollout of ", event.rollout(), " goes on"],
  RolloutEnded: rolloutEnded,

  JobSubmitted: (event) => ["Job ", event.job(), " was submitted"],
  JobLaunched: (event) => ["Job ", event.job(), " is being made ready"],
  JobStarted: (event) => {
    const attempt = event.count("attempt") ?? 1;
    return ["Job ", event.job(), attempt > 1 ? ` started, attempt ${attempt}` : " started"];
  },
  JobRetried: (event) => [
    "Job ",
    event.job(),
    ` is tried again, attempt ${event.count("attempt") ?? "?"}${because(event.text("reason"))}`,
  ],
  JobCancelRequested: (event) => ["Job ", event.job(), ` was asked to end${because(event.text("reason"))}`],
  JobAttemptClosed: (event) => ["The last attempt of job ", event.subject(), " was cleared away"],
  JobFinished: jobFinished,
  JobDefined: (event) => [
    "Job ",
    { name: event.text("name") ?? "?" },
    ` was ${DEFINED[event.text("action") ?? ""] ?? "changed in"} the manifest of `,
    event.subject(),
  ],
  EnvironmentDefined: (event) => [
    `The environment was ${DEFINED[event.text("action") ?? ""] ?? "changed in"} the manifest of `,
    event.subject(),
  ],

  ExperimentCreated: (event) => ["Experiment ", event.subject(event.text("name")), " was created"],
  ExperimentUpdated: (event) => ["Experiment ", event.subject(event.text("name")), " was renamed or tagged"],
  ExperimentDeleted: (event) => ["Experiment ", event.subject(event.text("name")), " was deleted with its runs"],
  ExperimentRestored: (event) => ["Experiment ", event.subject(event.text("name")), " was brought back with its runs"],
  RunCreated: (event) => ["Run ", event.subject(event.text("run_name")), " began"],
  RunUpdated: runUpdated,
  RunDeleted: (event) => ["Run ", event.subject(), " was deleted"],
  RunRestored: (event) => ["Run ", event.subject(), " was brought back"],
  LoggedModelCreated: (event) => ["A run began to log the model ", event.subject(event.text("name"))],
  LoggedModelUpdated: (event) => ["The logged model ", event.subject(event.text("name")), " changed"],
  LoggedModelDeleted: (event) => ["The logged model ", event.gone(event.text("name")), " was deleted"],
  ArtifactStored: (event) => ["File ", artifact(event), " was stored"],
  ArtifactDeleted: (event) => ["", artifact(event), ` was deleted, ${counted(event.count("files"), "file")}`],
  ModelCreated: (event) => ["Model ", event.subject(event.text("model")), " was registered"],
  ModelUpdated: modelUpdated,
  ModelDeleted: (event) => [
    "Model ",
    event.gone(event.text("model")),
    ` was deleted with ${counted(event.count("versions"), "version")}`,
  ],
  ModelVersionCreated: (event) => ["Model ", event.version(), " was registered"],
  ModelVersionUpdated: versionUpdated,
  ModelVersionDeleted: (event) => [
    "Model ",
    event.gone(`${event.text("model") ?? event.told.subject_id}/${event.count("version") ?? "?"}`),
    " was deleted",
  ],
  ModelAliasMoved: aliasMoved,
  ApprovalRuleChanged: ruleChanged,
  ApprovalGiven: (event) => [
    event.text("person") ?? "Somebody",
    " approved ",
    event.version(),
    ` as ${event.text("alias") ?? "?"}`,
  ],
  ApprovalRevoked: (event) => [
    `The approval of ${event.text("person") ?? "somebody"} for `,
    event.version(),
    ` as ${event.text("alias") ?? "?"} ended: ${event.text("because") ?? "it was taken back"}`,
  ],
  SigningKeyMade: (event) => [
    `The signing key ${event.text("name") ?? "?"} was made${event.text("previous") ? "; the one before it signs no more" : ""}`,
  ],
  ModelVersionSigned: (event) => ["Model ", event.version(), " was signed"],
  RetentionChanged: (event) => [
    `How long runs of ${event.text("scope") ?? "the team"} are kept changed: ${retention(event)}`,
  ],
  RunsPurged: (event) => [`Deleted runs and ${counted(event.count("files"), "file")} of theirs were purged`],
  WebhookCreated: (event) => ["The webhook ", webhook(event), " was made"],
  WebhookChanged: (event) => ["The webhook ", webhook(event), " was changed"],
  WebhookDeleted: (event) => ["The webhook ", event.gone(event.text("name")), " was deleted"],
  WebhookFailing: (event) => [
    "Deliveries to the webhook ",
    webhook(event),
    ` have failed for an hour${because(event.text("error"))}`,
  ],
  WebhookRecovered: (event) => ["Deliveries to the webhook ", webhook(event), " arrive again"],
  TracesDeleted: (event) => [
    `${counted(event.count("count"), "trace")} of experiment `,
    event.subject(),
    event.count("count") === 1 ? " was deleted" : " were deleted",
  ],

  TeamCreated: (event) => ["Team ", event.subject(event.text("name")), " was created"],
  TeamDeleted: (event) => ["Team ", event.gone(event.text("name")), " was deleted"],
  MemberChanged: memberChanged,
  ProjectCreated: (event) => ["Project ", event.subject(event.text("name")), " was created"],
  ProjectChanged: (event) => ["The description of project ", event.subject(), " changed"],
  ProjectDeleted: (event) => ["Project ", event.gone(event.text("name")), " was deleted"],
  ManifestApplied: (event) => [
    "The manifest of ",
    event.subject(),
    ` was applied: ${counted(event.count("changes"), "change")}`,
  ],
  TokenIssued: (event) => {
    const of = event.text("kind");
    const kind = of && of !== "user" ? `${of} token` : "token";
    // Tokens of the platform's own are named by their kind, which stands there already.
    const name = event.text("name");
    return [
      `The ${kind} `,
      event.subject(of && name?.startsWith(`${of} `) ? name.slice(of.length + 1) : name),
      " was made",
    ];
  },
  TokenRevoked: (event) => ["The token ", event.subject(), " was revoked"],
  ViewSaved: (event) => savedView(event, "saved"),
  ViewDeleted: (event) => savedView(event, "deleted"),
  SessionStarted: (event) => [{ name: event.text("user") ?? event.told.subject_id }, " logged in to the portal"],
  PriceSet: (event) => ["The price of ", event.subject(words(event.text("resource") ?? "?")), " was set"],
};

/** Kinds of events that have a sentence of their own. */
export const TOLD_KINDS: readonly string[] = Object.keys(TELLERS);

/** `RolloutStarted` → "rollout started". */
export function kindWords(kind: string): string {
  return kind.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
}

/** An event in a sentence, without who did it and when. Kinds of a newer platform are told in their own words. */
export function sentenceOf(told: Told, names: Names = {}): Part[] {
  const event = new EventReader(told, names);
  const teller = Object.hasOwn(TELLERS, told.kind) ? TELLERS[told.kind] : undefined;
  if (teller) return teller(event);
  const what = kindWords(told.kind);
  return [`${what.charAt(0).toUpperCase()}${what.slice(1)}: ${words(told.subject_kind)} `, event.subject()];
}

/** The same as plain text. */
export function plainSentence(parts: Part[]): string {
  return parts.map((part) => (typeof part === "string" ? part : part.name)).join("");
}
