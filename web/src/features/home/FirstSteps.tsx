import { IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";
import { useState } from "react";
import { query } from "../../api/client";
import { useGoingOn } from "../../state/attention";
import { CommandLine } from "../../widgets/CommandLine";
import { Link } from "../../widgets/Link";
import { Panel } from "../../widgets/Panel";
import classes from "./home.module.css";
import { firstSteps, isReleased, type Step } from "./steps";

/** Remembers that somebody does not want to see the steps again. */
const HIDDEN_KEY = "roadbed.first-steps.hidden";

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
  const projects = query.useQuery("get", "/api/v1/projects", { params: { query: { limit: 200 } } });
  const jobs = query.useQuery("get", "/api/v1/jobs", { params: { query: { limit: 1 } } });
  const experiments = query.useQuery("get", "/api/v1/experiments", { params: { query: { limit: 100 } } });
  const models = query.useQuery("get", "/api/v1/models", { params: { query: { limit: 1 } } });
  const answers = [projects, jobs, experiments, models];
  if (answers.some((answer) => answer.isPending)) return null;
  const steps = firstSteps({
    projects: projects.data?.items ?? [],
    hasJobs: (jobs.data?.items.length ?? 0) > 0,
    hasRuns: experiments.data?.items.some((experiment) => experiment.run_count > 0) ?? false,
    hasModels: (models.data?.items.length ?? 0) > 0,
    services,
    rollouts,
  });
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

function StepLine({ step, isNext }: { step: Step; isNext: boolean }) {
  const Icon = step.done ? IconCircleCheckFilled : IconCircle;
  return (
    <li className={classes.step} data-done={step.done || undefined} aria-current={isNext ? "step" : undefined}>
      <Icon size={20} className={classes.tick} role="img" aria-label={step.done ? "done" : "not done yet"} />
      <span className={classes.stepText}>
        <Link to={step.path} fw={600} size="sm">
          {step.title}
        </Link>
        <span className={classes.quiet}>{step.about}</span>
      </span>
      <CommandLine command={step.command} label={`Copy: ${step.title}`} />
    </li>
  );
}
