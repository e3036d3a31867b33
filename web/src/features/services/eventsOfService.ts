interface Numbered {
  seq: number;
  body: unknown;
}

function serviceIn(body: unknown): unknown {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>).service : undefined;
}

/** Events of the service itself and those of rollouts that name it, newest first. */
export function eventsOfService<Row extends Numbered>(serviceId: string, own: Row[], rollouts: Row[]): Row[] {
  const ofRollouts = rollouts.filter(({ body }) => serviceIn(body) === serviceId);
  const bySeq = new Map([...own, ...ofRollouts].map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((one, other) => other.seq - one.seq);
}
