import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { words } from "../../../state/format";
import { Panel } from "../../../widgets/Panel";
import { State } from "../../../widgets/traces/TraceTable";
import classes from "./trace.module.css";
import { Values } from "./Values";
import { microseconds, type Step, valueText } from "./waterfall";

/** What one step was given and gave, and what happened in it. Everything is shown as text. */
export function StepDetail({ step }: { step: Step }) {
  const has = (value: unknown) => value !== null && value !== undefined;
  return (
    <Panel title={step.name.length > 60 ? `${step.name.slice(0, 60)}…` : step.name}>
      <p className={classes.facts}>
        <State state={step.status === "UNSET" ? "STATE_UNSPECIFIED" : step.status} />
        {step.kind !== "UNKNOWN" && <span>{words(step.kind.toLowerCase())}</span>}
        <span>
          {typeof step.duration_us === "number" ? `took ${microseconds(step.duration_us)}` : "under way"},{" "}
          {beganWords(step.start_us)}
        </span>
      </p>
      {step.message && (
        <Part title="What went wrong">
          <Block label="Message">{step.message}</Block>
        </Part>
      )}
      {has(step.inputs) && (
        <Part title="In">
          <Block label="What went in">{valueText(step.inputs)}</Block>
        </Part>
      )}
      {has(step.outputs) && (
        <Part title="Out">
          <Block label="What came out">{valueText(step.outputs)}</Block>
        </Part>
      )}
      {step.events.map((event, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events have no name of their own, and never move.
        <Part key={index} title={`Event ${event.name}, after ${microseconds(event.at_us)}`}>
          <Values values={event.attributes} />
        </Part>
      ))}
      {Object.keys(step.attributes).length > 0 && (
        <Part title="Attributes">
          <Values values={step.attributes} />
        </Part>
      )}
      {!has(step.inputs) && !has(step.outputs) && !step.message && (
        <Text size="sm" c="dimmed">
          This step said neither what went in nor what came out.
        </Text>
      )}
    </Panel>
  );
}

function beganWords(start_us: number): string {
  if (start_us === 0) return "began with the trace";
  return start_us > 0
    ? `began ${microseconds(start_us)} after the trace`
    : `began ${microseconds(-start_us)} before the trace`;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3>
        <bdi>{title}</bdi>
      </h3>
      {children}
    </section>
  );
}

/** A text that may be long: it scrolls in itself. */
export function Block({ label, children }: { label: string; children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    <section className={classes.block} tabIndex={0} aria-label={label}>
      <pre>
        <bdi>{children === "" ? "(empty)" : children}</bdi>
      </pre>
    </section>
  );
}
