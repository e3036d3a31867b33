import { Group } from "@mantine/core";
import { api } from "../../api/client";
import { useUrlState } from "../../state/url";
import { Action } from "../../widgets/Action";
import { ButtonLink } from "../../widgets/ButtonLink";
import { CommandLine } from "../../widgets/CommandLine";
import { Link } from "../../widgets/Link";
import { Status } from "../../widgets/Status";
import { Duration } from "../../widgets/Time";
import { LogTail } from "./LogTail";
import { StepFrame } from "./StepFrame";
import classes from "./templates.module.css";
import type { ProgressFacts } from "./useProgress";

/** The first job: its log while it runs, its reason when it failed. */
export function TrainStep({ facts }: { facts: ProgressFacts }) {
  const { job, progress } = facts;
  if (!job) {
    return (
      <StepFrame title="Training" state={progress.training}>
        <p className={classes.small}>No job of this project has been submitted. Run one from its folder:</p>
        <CommandLine command="roadbed run train" />
      </StepFrame>
    );
  }
  const isOver = progress.training !== "now";
  const what = job.waiting ? `Number ${job.waiting.position} in the queue: ${job.waiting.reason}` : job.message;
  return (
    <StepFrame
      title={job.name === "train" ? "Training" : "First job"}
      state={progress.training}
      beside={
        <>
          <Status state={job.state} />
          <span className={classes.small}>
            <Duration from={job.started_at ?? job.created_at} to={job.ended_at} />
          </span>
          <Link to={`/jobs/${job.id}`} size="sm">
            Job {job.name}
          </Link>
        </>
      }
    >
      {what && !(isOver && progress.training === "done") && (
        <span className={progress.training === "failed" ? classes.wrong : undefined}>
          <bdi>{what}</bdi>
        </span>
      )}
      {progress.training !== "done" && <LogTail job={job.id} />}
      {progress.training === "failed" && <Again job={job} />}
    </StepFrame>
  );
}

function Again({ job }: { job: NonNullable<ProgressFacts["job"]> }) {
  const { set } = useUrlState();
  return (
    <Group gap="xs">
      <Action
        label="Run it again"
        permission="job:submit"
        team={job.team}
        cli={`roadbed run --again ${job.id}`}
        ask={{ title: "Run the job again?", body: "The same code and parameters run once more as a new job." }}
        run={async () => {
          const { data } = await api.POST("/api/v1/jobs/{id}/rerun", {
            params: { path: { id: job.id } },
            body: { parameters: {} },
          });
          if (data) set({ job: data.id }, { push: true });
        }}
        done={{ message: "The job is submitted." }}
      />
      <ButtonLink to={`/jobs/${job.id}`} variant="default">
        Whole log
      </ButtonLink>
    </Group>
  );
}
