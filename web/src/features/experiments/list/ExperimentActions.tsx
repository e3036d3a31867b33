import { Group } from "@mantine/core";
import { api, type Schemas } from "../../../api/client";
import { count, middle } from "../../../state/format";
import { nounCommand, restoreCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { Action } from "../../../widgets/Action";
import { RenameExperiment } from "./RenameExperiment";

type Experiment = Schemas["ExperimentItem"];

/** What can be done with an experiment: rename and delete, or restore. */
export function ExperimentActions({ experiment }: { experiment: Experiment }) {
  const { team } = useSession();
  const path = { params: { path: { experiment: experiment.id } } };
  if (experiment.state === "deleted") {
    return (
      <Action
        label="Restore"
        variant="subtle"
        size="compact-sm"
        permission="experiment:write"
        team={team}
        cli={restoreCommand("experiment", experiment.id)}
        run={() => api.POST("/api/v1/experiments/{experiment}/restore", path)}
        ask={{
          title: `Restore ${middle(experiment.name, 40)}?`,
          body: "The experiment and the runs that were deleted with it are active again.",
        }}
        done={{ message: "The experiment is back.", next: { label: "Show it", to: `/experiments/${experiment.id}` } }}
      />
    );
  }
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <RenameExperiment experiment={experiment} />
      <Action
        label="Delete"
        variant="subtle"
        color="red"
        size="compact-sm"
        permission="experiment:write"
        team={team}
        cli={nounCommand("delete", "experiment", experiment.id)}
        run={() => api.DELETE("/api/v1/experiments/{experiment}", path)}
        ask={{
          title: `Delete ${middle(experiment.name, 40)}?`,
          body: `The experiment and its ${count(experiment.runs)} runs leave the lists. Nothing is lost: you can restore it from the deleted ones. Model versions made by its runs stay.`,
        }}
        done={{
          message: "The experiment is deleted.",
          next: { label: "Show deleted ones", to: "/experiments?state=deleted" },
        }}
      />
    </Group>
  );
}
