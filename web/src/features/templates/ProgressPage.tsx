import { Anchor } from "@mantine/core";
import { useState } from "react";
import { problemOf } from "../../api/problem";
import { shellWord } from "../../state/format";
import { versionPath } from "../../state/subjectPath";
import { useUrlState } from "../../state/url";
import { ButtonLink } from "../../widgets/ButtonLink";
import { CommandLine } from "../../widgets/CommandLine";
import { Empty } from "../../widgets/Empty";
import { Link } from "../../widgets/Link";
import { Loaded } from "../../widgets/Loaded";
import { Page } from "../../widgets/Page";
import { Panel } from "../../widgets/Panel";
import { Refusal } from "../../widgets/Refusal";
import { commandsOf } from "./choice";
import { DeployStep } from "./DeployStep";
import { PredictStep } from "./PredictStep";
import { StepFrame } from "./StepFrame";
import { TrainStep } from "./TrainStep";
import classes from "./templates.module.css";
import { useTemplates } from "./useChoice";
import { type ProgressFacts, useProgress } from "./useProgress";

/** How a new project comes to its first prediction. Everything is looked up, so it can be left, reloaded and shared. */
export default function ProgressPage() {
  const { get } = useUrlState();
  if (!get("project")) {
    return (
      <Page title="New project">
        <Panel>
          <Empty title="This address names no project" action={<ButtonLink to="/new">Start one</ButtonLink>} />
        </Panel>
      </Page>
    );
  }
  return <ProgressOf />;
}

function ProgressOf() {
  // Counts of the service follow some seconds later; who saw the answer need not wait for them.
  const [hasAnswered, setHasAnswered] = useState(false);
  const facts = useProgress(hasAnswered);
  const { project, team, found, error, progress, serviceName } = facts;
  const isDone = progress.predict === "done";
  if (found.error && problemOf(found.error).status === 404) {
    return (
      <Page title="New project">
        <Panel>
          <Empty title="There is no such project" action={<ButtonLink to="/new">Start one</ButtonLink>}>
            <bdi>{problemOf(found.error).detail}</bdi>. It was deleted, or you are not in its team.
          </Empty>
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={project}
      crumbs={[{ label: "New project", to: "/new" }]}
      facts={
        isDone
          ? "It runs and answers."
          : progress.model === "none"
            ? "The first job"
            : "From the first job to the first prediction"
      }
      actions={isDone && <ButtonLink to={`/services/${encodeURIComponent(serviceName)}`}>Open the service</ButtonLink>}
    >
      <Panel>
        <Loaded query={found}>
          {(made) => (
            <ol className={classes.steps}>
              <StepFrame
                title="Project"
                state="done"
                beside={
                  <Link to="/" params={{ project, team }} size="sm">
                    <bdi>{made.name}</bdi> in team <bdi>{made.team}</bdi>
                  </Link>
                }
              />
              <TrainStep facts={facts} />
              <ModelStep facts={facts} />
              {progress.model !== "none" && (
                <>
                  <DeployStep facts={facts} />
                  <PredictStep facts={facts} onAnswer={() => setHasAnswered(true)} />
                </>
              )}
            </ol>
          )}
        </Loaded>
        {error !== undefined && <Refusal error={error} />}
      </Panel>
      <Terminal facts={facts} />
    </Page>
  );
}

function ModelStep({ facts: { versions, progress, job } }: { facts: ProgressFacts }) {
  if (progress.model !== "done") {
    return (
      <StepFrame title="Model version" state={progress.model}>
        {progress.model === "none" && job && (
          <p className={classes.small}>
            The job registered no model, so there is nothing to deploy. Put your own code in its place: what it logs
            with MLflow shows up on the page of{" "}
            <Link to={`/jobs/${job.id}`} inherit underline="always">
              the job
            </Link>
            .
          </p>
        )}
      </StepFrame>
    );
  }
  return (
    <StepFrame
      title="Model version"
      state="done"
      beside={versions?.map(({ model, version, run }) => (
        <span key={version} className={classes.small}>
          <Link to={versionPath(model, version)} size="sm">
            <bdi>
              {model}/{version}
            </bdi>
          </Link>
          {run && (
            <>
              {" from "}
              <Link to={`/runs/${run}`} size="sm" underline="always">
                its run
              </Link>
            </>
          )}
        </span>
      ))}
    />
  );
}

function Terminal({ facts: { project, team, versions, serviceName, job, progress } }: { facts: ProgressFacts }) {
  const { get } = useUrlState();
  const template = get("template");
  const templates = useTemplates();
  const parameters = templates.data?.items.find((each) => each.name === template)?.parameters ?? [];
  const choice = {
    template: template ?? "",
    name: project,
    owner: team,
    parameters: Object.fromEntries(Object.entries(job?.parameters ?? {}).map(([key, value]) => [key, String(value)])),
  };
  const defaults = Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default]));
  const newest = versions?.at(-1);
  const model = newest ? `${newest.model}/${newest.version}` : `${project}/1`;
  const archive = new URLSearchParams({ name: project, ...(team === "default" ? {} : { team }) });
  return (
    <Panel
      title="The same in a terminal"
      aside={
        template && (
          <Anchor href={`/api/v1/templates/${encodeURIComponent(template)}/archive.tar?${archive}`} download size="sm">
            Download the template's files
          </Anchor>
        )
      }
    >
      <div className={classes.commands}>
        {template &&
          commandsOf(choice, job?.name ?? "train", defaults).map((command) => (
            <CommandLine key={command} command={command} label="Copy as CLI" />
          ))}
        {progress.model !== "none" && (
          <CommandLine
            command={`roadbed deploy ${shellWord(serviceName)} --model ${shellWord(model)} --project ${shellWord(project)}`}
            label="Copy as CLI"
          />
        )}
      </div>
    </Panel>
  );
}
