import { Skeleton } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";
import { useState } from "react";
import { query } from "../../api/client";
import { useGoingOn } from "../../state/attention";
import { CommandLine } from "../../widgets/CommandLine";
import { Link } from "../../widgets/Link";
import { Panel } from "../../widgets/Panel";
import classes from "./home.module.css";
import { firstSteps, isReleased, type Step } from "./steps";
import { useRecent } from "./useRecent";

/** Remembers that somebody does not want to see the steps again. */
const HIDDEN_KEY = "roadbed.first-steps.hidden";

/** What the steps take, so that nothing jumps when they arrive. */
const STEPS_PIXELS = 360;

function wasHidden(): boolean {
  try {
    return localStorage.getItem(HIDDEN_KEY) === "yes";
  } catch {
    return false;
  }
}

/** The way from an empty platform to a first release. Once there was one, or somebody hides it, it asks the server nothing. */
export function FirstSteps() {
  const { services, rollouts, isLoading, error } = useGoingOn();
  const [hidden, setHidden] = useState(wasHidden);
  if (hidden || isLoading || error || isReleased({ services, rollouts })) return null;
  const hide = () => {
    setHidden(true);
    try {
      localStorage.setItem(HIDDEN_KEY, "yes");
    } catch {
      // Without storage it is back after a reload.
    }
  };
  return <Steps onHide={hide} />;
}

function Steps({ onHide }: { onHide: () => void }) {
  const { services, rollouts } = useGoingOn();
  const recent = useRecent();
  const facts = useFacts();
  // Such as an unknown project in the address: what happened lately says why.
  if (recent.error) return null;
  if (!facts) {
    return (
      <Panel title="First steps">
        <Skeleton height={STEPS_PIXELS} radius="sm" role="status" aria-busy="true" aria-label="Loading" />
      </Panel>
    );
  }
  const steps = firstSteps({ ...facts, services, rollouts });
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done);
  return (
    <Panel
      title={`First steps: ${done} of ${steps.length} done`}
      aside={
        <button type="button" className={classes.plainButton} onClick={onHide}>
          Hide
        </button>
      }
    >
      <ol className={classes.steps}>
        {steps.map((step) => (
          <StepLine key={step.id} step={step} isNext={step === next} />
        ))}
      </ol>
    </Panel>
  );
}

/** What was done so far: from the events that Home has anyway, and by asking only where these do not reach back to the beginning. */
function useFacts() {
  const recent = useRecent();
  const kinds = new Set(recent.data?.items.map(({ kind }) => kind));
  const isCut = typeof recent.data?.next_cursor === "string";
  const mustAsk = (kind: string) => ({ enabled: isCut && !kinds.has(kind) });
  const asked = { params: { query: { limit: 2 } } };
  const projects = query.useQuery("get", "/api/v1/projects", asked, mustAsk("ProjectCreated"));
  const jobs = query.useQuery("get", "/api/v1/jobs", asked, mustAsk("JobSubmitted"));
  const runs = query.useQuery(
    "get",
    "/api/v1/activity",
    { params: { query: { kind: "RunCreated", limit: 1 } } },
    mustAsk("RunCreated"),
  );
  const models = query.useQuery("get", "/api/v1/models", asked, mustAsk("ModelVersionCreated"));
  if (!recent.data || [projects, jobs, runs, models].some(({ isLoading }) => isLoading)) return undefined;
  const isThere = (kind: string, found: { data?: { items: unknown[] } | undefined }) =>
    kinds.has(kind) || (found.data?.items.length ?? 0) > 0;
  const made = recent.data.items.flatMap(({ kind, subject_id: name }) => (kind === "ProjectCreated" ? [{ name }] : []));
  return {
    projects: [...made, ...(projects.data?.items ?? [])],
    hasJobs: isThere("JobSubmitted", jobs),
    hasRuns: isThere("RunCreated", runs),
    hasModels: isThere("ModelVersionCreated", models),
  };
}

function StepLine({ step, isNext }: { step: Step; isNext: boolean }) {
  const Icon = step.done ? IconCircleCheckFilled : IconCircle;
  return (
    <li className={classes.step} data-done={step.done || undefined} aria-current={isNext ? "step" : undefined}>
      <Icon size={20} className={classes.tick} role="img" aria-label={step.done ? "done" : "not done yet"} />
      <span className={classes.stepText}>
        <Link to={step.path} fw={600} size="sm">
          {step.title}
        </Link>
        {!step.done && <span className={classes.quiet}>{step.about}</span>}
      </span>
      {!step.done && <CommandLine command={step.command} label={`Copy: ${step.title}`} />}
    </li>
  );
}
