import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { middle } from "../../../state/format";
import { Link } from "../../../widgets/Link";
import { Duration, Time } from "../../../widgets/Time";
import type { Run } from "../useRun";
import classes from "./RunFacts.module.css";

/** Who, when, how long, from where: one line below the name. */
export function RunFacts({ run }: { run: Run }) {
  const source = run.tags["mlflow.source.name"];
  const commit = run.tags["mlflow.source.git.commit"];
  const parent = run.tags["mlflow.parentRunId"];
  const user = run.user || run.tags["mlflow.user"];
  return (
    <>
      <span>
        Started <Time at={run.started_at} />
        {user && (
          <>
            {" "}
            by <bdi>{middle(user, 30)}</bdi>
          </>
        )}
      </span>
      <span>
        {run.ended_at ? "Took" : "Under way for"} <Duration from={run.started_at} to={run.ended_at} />
      </span>
      {run.job && (
        <Link to={`/jobs/${encodeURIComponent(run.job)}`} size="sm">
          Job that made it
        </Link>
      )}
      {parent && (
        <Link to={`/runs/${encodeURIComponent(parent)}`} size="sm">
          Parent run
        </Link>
      )}
      {source && (
        <span>
          Source{" "}
          <bdi className="mono" title={source}>
            {middle(source, 40)}
          </bdi>
        </span>
      )}
      {commit && (
        <span>
          Commit{" "}
          <bdi className="mono" title={commit}>
            {commit.slice(0, 10)}
          </bdi>
        </span>
      )}
      <span className={classes.id}>
        Id <bdi className="mono">{middle(run.id, 14)}</bdi>
        <CopyButton value={run.id}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? "Copied" : "Copy the run id"}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={24}
                onClick={copy}
                aria-label={copied ? "Copied" : "Copy the run id"}
              >
                {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </span>
    </>
  );
}
