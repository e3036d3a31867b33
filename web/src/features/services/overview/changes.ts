import type { Schemas } from "../../../api/client";
import type { Marker } from "../../../charts/markers";

type Rollout = Schemas["RolloutView"];

/** Something that changed the service, for the charts and the list below them. */
export interface Change {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  kind: Marker["kind"];
  /** A few words for the chart. */
  label: string;
  /** Why, in whole sentences. */
  detail: string;
  actor: string;
  /** Page inside the portal that says more. */
  path: string;
}

/** An event about the settings of a service. */
export interface SettingsEvent {
  seq: number;
  at: string;
  kind: string;
  actor: string;
}

/** A rollout that took no longer is one change on a chart, not two. */
const INSTANT_MILLIS = 5_000;

const END_WORDS: Record<string, [Marker["kind"], string]> = {
  promoted: ["promoted", "promoted"],
  rolled_back: ["rolled_back", "rolled back"],
  failed: ["rolled_back", "failed to load"],
};

function ofRollout(rollout: Rollout, path: string): Change[] {
  const { id, to_revision, model, actor, verdict } = rollout;
  const begun = Date.parse(rollout.started_at ?? rollout.created_at);
  const ended = rollout.ended_at ? Date.parse(rollout.ended_at) : undefined;
  const end = END_WORDS[rollout.state];
  const changes: Change[] = [];
  if (ended === undefined || ended - begun > INSTANT_MILLIS) {
    const label = `deployed revision ${to_revision}`;
    changes.push({
      id: `${id} begun`,
      at: begun,
      kind: "deploy",
      label,
      detail: `${model} meets traffic.`,
      actor,
      path,
    });
  }
  if (ended !== undefined && end) {
    const [kind, word] = end;
    const by = verdict?.actor ?? actor;
    const detail = verdict?.sentence ?? `${model} was ${word}.`;
    changes.push({
      id: `${id} ended`,
      at: ended,
      kind,
      label: `revision ${to_revision} ${word}`,
      detail,
      actor: by,
      path,
    });
  }
  return changes;
}

/** Changes of a service, newest first, within a range of milliseconds since 1970. */
export function changesOf(
  rollouts: Rollout[],
  settings: SettingsEvent[],
  pathOf: (rollout: Rollout) => string,
  settingsPath: string,
  within: [number, number],
): Change[] {
  const edited = settings
    .filter(({ kind }) => kind === "ServiceChanged")
    .map(
      ({ seq, at, actor }): Change => ({
        id: `settings ${seq}`,
        at: Date.parse(at),
        kind: "changed",
        label: "settings changed",
        detail: "Settings of the service changed.",
        actor,
        path: settingsPath,
      }),
    );
  const [from, to] = within;
  return [...rollouts.flatMap((rollout) => ofRollout(rollout, pathOf(rollout))), ...edited]
    .filter(({ at }) => at >= from && at <= to)
    .sort((one, other) => other.at - one.at);
}

export function markersOf(changes: Change[]): Marker[] {
  return changes.map(({ at, kind, label }) => ({ at: at / 1000, kind, label }));
}
