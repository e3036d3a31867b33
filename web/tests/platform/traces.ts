import type { Client } from "./client";

/** A trace of a made-up assistant: an answer that took a search, a tool that failed, and a model. */
export interface TraceSeed {
  experiment: string;
  run?: string;
  /** One byte as two hex digits; the id of the trace is made of it. */
  byte: string;
  name: string;
  fails: boolean;
}

const MILLI = 1_000_000n;

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

export async function sendTrace(client: Client, { experiment, run, byte, name, fails }: TraceSeed): Promise<string> {
  const began = BigInt(Date.now() - 60_000) * MILLI;
  const at = (millis: number) => String(began + BigInt(millis) * MILLI);
  const span = (id: string, parent: string, called: string, from: number, to: number, more: object) => ({
    traceId: byte.repeat(16),
    spanId: id.repeat(8),
    ...(parent ? { parentSpanId: parent.repeat(8) } : {}),
    name: called,
    startTimeUnixNano: at(from),
    endTimeUnixNano: at(to),
    ...more,
  });
  const spans = [
    span("01", "", name, 0, 1250, {
      status: fails ? { code: 2, message: "the tool <weather> did not answer" } : { code: 1 },
      attributes: [
        text("mlflow.spanType", '"AGENT"'),
        text("mlflow.spanInputs", JSON.stringify({ question: "Will it rain <b>tomorrow</b>?" })),
        text("mlflow.spanOutputs", JSON.stringify(fails ? null : "It will, take an umbrella.")),
        text("session.id", "talk 1"),
        text("mlflow.traceTag.mlflow.traceName", name),
      ],
    }),
    span("02", "01", "look up", 20, 320, {
      status: { code: 1 },
      attributes: [
        text("mlflow.spanType", '"RETRIEVER"'),
        text("mlflow.spanInputs", JSON.stringify({ query: "weather" })),
        text(
          "mlflow.spanOutputs",
          JSON.stringify([{ page_content: "Rain comes from the west.", metadata: { doc: 7 } }]),
        ),
      ],
    }),
    span("03", "01", "weather", 330, 900, {
      status: fails ? { code: 2, message: "timed out" } : { code: 1 },
      attributes: [text("mlflow.spanType", '"TOOL"'), text("mlflow.spanInputs", JSON.stringify({ city: "Oslo" }))],
      events: fails
        ? [
            {
              name: "exception",
              timeUnixNano: at(900),
              attributes: [
                text("exception.type", "TimeoutError"),
                text("exception.message", "no answer in 500 ms"),
                text("exception.stacktrace", 'Traceback:\n  File "tools.py", line 12\nTimeoutError'),
              ],
            },
          ]
        : [],
    }),
    span("04", "01", "complete", 910, 1240, {
      status: { code: 1 },
      attributes: [
        text("mlflow.spanType", '"CHAT_MODEL"'),
        text("mlflow.spanInputs", JSON.stringify({ messages: [{ role: "user", content: "Will it rain?" }] })),
        text("mlflow.spanOutputs", JSON.stringify({ role: "assistant", content: "It will." })),
        text("mlflow.chat.tokenUsage", JSON.stringify({ input_tokens: 40, output_tokens: 12, total_tokens: 52 })),
      ],
    }),
  ];
  await client.send("POST", "/v1/traces", JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }), {
    "content-type": "application/json",
    "x-mlflow-experiment-id": experiment,
    ...(run ? { "x-mlflow-run-id": run } : {}),
  });
  return `tr-${byte.repeat(16)}`;
}

/** An experiment with traces, one of which went wrong and was judged. */
export async function seedTraces(client: Client, seeded: Record<string, string>, hostile: string): Promise<void> {
  const experiment = await client.json("POST", "/api/2.0/mlflow/experiments/create", { name: "assistant" });
  seeded.traceExperiment = experiment.experiment_id;
  const made = await client.json("POST", "/api/2.0/mlflow/runs/create", {
    experiment_id: seeded.traceExperiment,
    run_name: "evaluation",
    start_time: Date.now(),
  });
  seeded.traceRun = made.run.info.run_id;
  const base = { experiment: experiment.experiment_id as string, run: made.run.info.run_id as string };
  seeded.trace = await sendTrace(client, { ...base, byte: "a1", name: "assist", fails: true });
  await sendTrace(client, { ...base, byte: "a2", name: "assist", fails: false });
  seeded.hostileTrace = await sendTrace(client, { ...base, byte: "a3", name: hostile, fails: false });
  const said = (assessment: object) =>
    client.json("POST", `/api/3.0/mlflow/traces/${seeded.trace}/assessments`, {
      assessment: { create_time: new Date().toISOString(), ...assessment },
    });
  await said({
    assessment_name: "helpful",
    source: { source_type: "HUMAN", source_id: "ana" },
    feedback: { value: false },
    rationale: "It never said whether it rains.",
  });
  await said({
    assessment_name: "answer",
    source: { source_type: "CODE", source_id: hostile.slice(0, 200) },
    expectation: { value: { rain: true } },
  });
}
