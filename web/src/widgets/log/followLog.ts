import { fetchRaw } from "../../api/client";
import { problemOf } from "../../api/problem";

const RETRY_MILLIS = 1000;

interface Follower {
  onText: (text: string) => void;
  /** The job has ended and everything was read. */
  onEnd: () => void;
  /** The connection broke (it is opened again), or undefined when it is good again. */
  onTrouble: (trouble: string | undefined) => void;
}

/** Reads a job's log from its beginning and follows it until the job has ended. A lost connection goes on at the byte it was at. */
export function followLog(job: string, { onText, onEnd, onTrouble }: Follower): () => void {
  const abort = new AbortController();
  let offset = 0;
  const decoder = new TextDecoder();
  const read = async (): Promise<void> => {
    try {
      const address = `/api/v1/jobs/${encodeURIComponent(job)}/logs?follow=true&offset=${offset}`;
      const answer = await fetchRaw(address, { signal: abort.signal });
      onTrouble(undefined);
      const reader = answer.body?.getReader();
      for (;;) {
        const piece = await reader?.read();
        if (!piece || piece.done) break;
        offset += piece.value.byteLength;
        onText(decoder.decode(piece.value, { stream: true }));
      }
      onEnd();
    } catch (error) {
      if (abort.signal.aborted) return;
      const problem = problemOf(error);
      onTrouble(problem.fix && problem.status > 0 ? `${problem.detail}: ${problem.fix}` : problem.detail);
      // The log is gone or not ours: asking again changes nothing.
      if (problem.status >= 400 && problem.status < 500) return;
      setTimeout(() => void read(), RETRY_MILLIS);
    }
  };
  void read();
  return () => abort.abort();
}
