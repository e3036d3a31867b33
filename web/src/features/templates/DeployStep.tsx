import { Group, Progress, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { api } from "../../api/client";
import { shellWord } from "../../state/format";
import { useUrlState } from "../../state/url";
import { Action } from "../../widgets/Action";
import { Link } from "../../widgets/Link";
import { Status } from "../../widgets/Status";
import { StepFrame } from "./StepFrame";
import classes from "./templates.module.css";
import type { ProgressFacts } from "./useProgress";

/** From a model version to a service that has it. */
export function DeployStep({ facts }: { facts: ProgressFacts }) {
  const { service, rollout, progress, serviceName } = facts;
  const state = progress.deploy;
  const path = `/services/${encodeURIComponent(serviceName)}`;
  if (state === "later" || state === "none") return <StepFrame title="Service" state={state} />;
  const isOpen = Boolean(service?.rollout);
  return (
    <StepFrame
      title="Service"
      state={state}
      beside={
        service && (
          <>
            <Status state={service.health} why={service.health_reason} />
            <Link to={path} size="sm">
              Service {service.name}
            </Link>
          </>
        )
      }
    >
      {state === "done" && service && <span className="mono">{service.url}</span>}
      {state !== "done" && isOpen && rollout && <UnderWay facts={facts} />}
      {state === "failed" && rollout && (
        <span className={classes.wrong}>
          <bdi>{rollout.verdict?.sentence ?? `The rollout of ${rollout.model} ${rollout.state}.`}</bdi>{" "}
          <Link to={`${path}/rollouts/${rollout.id}`} size="sm" underline="always">
            See why
          </Link>
        </span>
      )}
      {state !== "done" && !isOpen && <DeployForm facts={facts} />}
    </StepFrame>
  );
}

function UnderWay({ facts: { rollout, serviceName } }: { facts: ProgressFacts }) {
  if (!rollout) return null;
  const sentence = rollout.verdict?.sentence;
  return (
    <>
      <Progress
        value={rollout.step_percent}
        size="sm"
        maw={520}
        aria-label={`${rollout.model} gets ${rollout.step_percent} % of the traffic`}
      />
      <span className={classes.small}>
        {rollout.state === "pending"
          ? "The gateway loads the model; a Python model gets its packages first."
          : `It gets ${rollout.step_percent} % of the traffic.`}{" "}
        {sentence && <bdi>{sentence}</bdi>}{" "}
        <Link to={`/services/${encodeURIComponent(serviceName)}/rollouts/${rollout.id}`} size="sm" underline="always">
          Rollout
        </Link>
      </span>
    </>
  );
}

function DeployForm({ facts }: { facts: ProgressFacts }) {
  const { versions, service, project, team, serviceName, progress } = facts;
  const { set } = useUrlState();
  const [name, setName] = useState(serviceName);
  const later = useDebouncedCallback((next: string) => set({ service: next === project ? undefined : next }), 300);
  const newest = versions?.at(-1);
  if (!newest) return null;
  const model = `${newest.model}/${newest.version}`;
  const isForeign = service !== undefined && service.project !== project;
  const again = progress.deploy === "failed";
  return (
    <>
      <TextInput
        label="Name of the service"
        description="It becomes part of the address that callers use."
        value={name}
        maw={360}
        error={isForeign ? `a service of this name belongs to project ${service.project}` : undefined}
        onChange={(event) => {
          setName(event.currentTarget.value.trim());
          later(event.currentTarget.value.trim());
        }}
      />
      <Group gap="xs">
        <Action
          label={again ? `Deploy ${model} again` : `Deploy ${model}`}
          permission="service:deploy"
          team={team}
          disabled={name === ""}
          cli={`roadbed deploy ${shellWord(name || "NAME")} --model ${shellWord(model)} --project ${shellWord(project)}${again ? " --again" : ""}`}
          ask={{
            title: `Deploy ${model}?`,
            body: `The service ${name} answers predictions with it, at an address of its own. It can be undone at any time.`,
            confirm: "Deploy",
          }}
          run={() =>
            api.POST("/api/v1/services/{service}/deploy", {
              params: { path: { service: name } },
              body: { model, project, again },
            })
          }
          done={{ message: `The rollout of ${model} began.` }}
        />
      </Group>
    </>
  );
}
