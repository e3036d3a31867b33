import { useEffect, useSyncExternalStore } from "react";
import { fetchRaw } from "../api/client";
import { readServerSentEvents } from "../api/stream";

/** An event of the platform, as the stream sends it. */
export interface LiveEvent {
  seq: number;
  at: string;
  kind: string;
  subject_kind: string;
  subject_id: string;
  actor: string;
  body: Record<string, unknown>;
}

/** `live`: news arrive as they happen. `reconnecting`: what is shown may be old. */
export type LiveStatus = "connecting" | "live" | "reconnecting";

export interface LiveState {
  status: LiveStatus;
  /** Milliseconds since 1970 when the server was last heard. */
  heardAt: number;
}

type Message = { type: "state"; state: LiveState } | { type: "event"; event: LiveEvent } | { type: "hello" };

/** The server sends a heartbeat every 10 s; two that are missing mean that the connection is dead although it looks open. */
const SILENCE_MILLIS = 25_000;
const RETRY_MILLIS = 1000;
const LOCK = "roadbed.live";

let state: LiveState = { status: "connecting", heardAt: Date.now() };
const stateListeners = new Set<() => void>();
const eventListeners = new Set<(event: LiveEvent) => void>();
let started = false;

function setState(next: LiveState) {
  state = next;
  for (const listener of stateListeners) listener();
}

function deliver(event: LiveEvent) {
  for (const listener of eventListeners) listener(event);
}

/** Opens the stream and keeps it open for ever; tells `publish` what happens. Only one tab of a browser does this. */
function follow(publish: (message: Message) => void) {
  let last = 0;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let current: LiveState = { status: "connecting", heardAt: Date.now() };
  const say = (status: LiveStatus, heardAt = current.heardAt) => {
    current = { status, heardAt };
    publish({ type: "state", state: current });
  };
  const open = async () => {
    const abort = new AbortController();
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => abort.abort(), SILENCE_MILLIS);
      if (current.status !== "live" || Date.now() - current.heardAt > 1000) say("live", Date.now());
    };
    try {
      const address = `/api/v1/events${last > 0 ? `?after=${last}` : ""}`;
      const answer = await fetchRaw(address, { headers: { accept: "text/event-stream" }, signal: abort.signal });
      heard();
      for await (const sent of readServerSentEvents(answer)) {
        heard();
        if (sent.event === "heartbeat" || sent.event === "hello") continue;
        const event = JSON.parse(sent.data) as LiveEvent;
        last = Math.max(last, event.seq);
        publish({ type: "event", event });
      }
    } catch {
      // However it ended, it is opened again; pages say that they wait.
    }
    clearTimeout(watchdog);
    say("reconnecting");
    setTimeout(() => void open(), RETRY_MILLIS);
  };
  void open();
  return () => current;
}

/**
 * Starts listening: one stream for all tabs of the browser, because browsers open at most six connections to one HTTP/1.1 server and a
 * stream per tab would starve the pages. The tab that holds the lock reads, the others hear it by a broadcast channel.
 */
export function startLive(): void {
  if (started) return;
  started = true;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(LOCK) : undefined;
  const receive = (message: Message) => {
    if (message.type === "state") setState(message.state);
    if (message.type === "event") deliver(message.event);
  };
  const lead = () => {
    const currentState = follow((message) => {
      receive(message);
      channel?.postMessage(message);
    });
    channel?.addEventListener("message", (message: MessageEvent<Message>) => {
      if (message.data.type === "hello")
        channel.postMessage({ type: "state", state: currentState() } satisfies Message);
    });
  };
  // Locks exist in secure contexts only; over plain HTTP from another machine each tab reads for itself.
  if (!channel || !navigator.locks) {
    lead();
    return;
  }
  channel.addEventListener("message", (message: MessageEvent<Message>) => receive(message.data));
  channel.postMessage({ type: "hello" } satisfies Message);
  void navigator.locks.request(LOCK, () => {
    lead();
    return new Promise<never>(() => {});
  });
}

function subscribeState(listener: () => void): () => void {
  stateListeners.add(listener);
  return () => stateListeners.delete(listener);
}

/** Whether news arrive, and when the server was last heard. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribeState, () => state);
}

/** Calls `listener` for each event of the platform. Pass a stable function. */
export function useLiveEvents(listener: (event: LiveEvent) => void): void {
  useEffect(() => {
    eventListeners.add(listener);
    return () => {
      eventListeners.delete(listener);
    };
  }, [listener]);
}

/** For code outside components. */
export function onLiveEvent(listener: (event: LiveEvent) => void): () => void {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}

/** For code outside components. */
export function onLiveState(listener: (next: LiveState) => void): () => void {
  const call = () => listener(state);
  stateListeners.add(call);
  return () => stateListeners.delete(call);
}
