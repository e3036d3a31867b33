import type { ButtonProps } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconTrendingUp } from "@tabler/icons-react";
import { api, type Schemas } from "../../api/client";
import { shellWord } from "../../state/format";
import { Action } from "../Action";
import { isOpen } from "./words";

/** What a person may do to a rollout under way, besides rolling it back. A person's word wins at once. */
export function RolloutActions({
  rollout,
  team,
  ...button
}: ButtonProps & { rollout: Schemas["RolloutView"]; team: string }) {
  if (!isOpen(rollout)) return null;
  const { to_revision, state, service, step_percent } = rollout;
  const target = { params: { path: { id: rollout.id } } };
  const word = shellWord(service);
  const common = { ...button, variant: "default", permission: "service:deploy", team } as const;
  return (
    <>
      {state === "running" && (
        <Action
          {...common}
          label="Pause"
          leftSection={<IconPlayerPause size={16} aria-hidden />}
          cli={`roadbed pause ${word}`}
          ask={{
            title: "Pause the rollout?",
            body: `Revision ${to_revision} keeps ${step_percent} % of the traffic and no step is taken until somebody resumes it. Harm still rolls it back.`,
          }}
          run={() => api.POST("/api/v1/rollouts/{id}/pause", target)}
          done={{ message: "The rollout is paused." }}
        />
      )}
      {state === "paused" && (
        <Action
          {...common}
          label="Resume"
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          cli={`roadbed resume ${word}`}
          ask={{
            title: "Resume the rollout?",
            body: `It goes on from ${step_percent} % with the evidence it has. One that ran out of time gets that time once more.`,
          }}
          run={() => api.POST("/api/v1/rollouts/{id}/resume", target)}
          done={{ message: "The rollout goes on." }}
        />
      )}
      <Action
        {...common}
        label="Promote"
        leftSection={<IconTrendingUp size={16} aria-hidden />}
        cli={`roadbed promote ${word}`}
        ask={{
          title: `Promote revision ${to_revision} now?`,
          confirm: "Give it all traffic",
          body: `Revision ${to_revision} gets all traffic at once, and the evidence is not waited for. The record will say that you decided it. Rolling back stays possible.`,
        }}
        run={() => api.POST("/api/v1/rollouts/{id}/promote", target)}
        done={{ message: `Revision ${to_revision} has all traffic.` }}
      />
    </>
  );
}
