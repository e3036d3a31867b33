import { describe, expect, it } from "vitest";
import { readServerSentEvents } from "./stream";

function answerOf(...pieces: string[]): Response {
  const encoder = new TextEncoder();
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(encoder.encode(piece));
        controller.close();
      },
    }),
  );
}

async function all(answer: Response) {
  const events = [];
  for await (const event of readServerSentEvents(answer)) events.push(event);
  return events;
}

describe("server-sent events", () => {
  it("come whole however the bytes were cut", async () => {
    const events = await all(
      answerOf("event: Job", 'Finished\ndata: {"a"', ":1}\n\n: keep-alive\n\ndata: x\ndata: y\n\n"),
    );
    expect(events).toEqual([
      { event: "JobFinished", data: '{"a":1}' },
      { event: "message", data: "x\ny" },
    ]);
  });

  it("are told without data too, as heartbeats are", async () => {
    expect(await all(answerOf("event: heartbeat\n\n"))).toEqual([{ event: "heartbeat", data: "" }]);
  });

  it("that were cut off are not told", async () => {
    expect(await all(answerOf("event: A\ndata: 1"))).toEqual([]);
  });
});
