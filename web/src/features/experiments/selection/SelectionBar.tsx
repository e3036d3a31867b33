import { Button, Group, Text } from "@mantine/core";
import { api } from "../../../api/client";
import { count } from "../../../state/format";
import { nounCommand, restoreCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { Action } from "../../../widgets/Action";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { joinIds, orderBy } from "../columns/keyColumns";
import { MOST_SELECTED, type RunView } from "../table/useRunView";
import { inTurns } from "./inTurns";

/** Commands for a hundred runs fill a screen; the first ones show how it goes. */
const SHOWN_COMMANDS = 5;
/** As many as a comparison draws. */
const MOST_COMPARED = 1000;

/** What can be done with the chosen runs, or with all that match when none is chosen. */
export function SelectionBar({ view, total }: { view: RunView; total: number | undefined }) {
  const { selected } = view;
  if (selected.length === 0) return <CompareMatching view={view} total={total} />;
  return (
    <Group gap="xs">
      <Text size="sm" fw={600} role="status">
        {selected.length} chosen{selected.length === MOST_SELECTED && ", no more fit"}
      </Text>
      {selected.length > 1 && (
        <ButtonLink size="compact-sm" to="/compare" params={{ runs: joinIds(selected) }}>
          Compare
        </ButtonLink>
      )}
      {view.state === "deleted" ? <RestoreRuns view={view} /> : <DeleteRuns view={view} />}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => view.setSelected([])}>
        Choose none
      </Button>
    </Group>
  );
}

function CompareMatching({ view, total }: { view: RunView; total: number | undefined }) {
  const limit = Math.min(total ?? 0, MOST_COMPARED);
  if (limit < 2 || view.state === "deleted") {
    return (
      <Text size="sm" c="dimmed">
        Choose runs to compare or delete them
      </Text>
    );
  }
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        Choose runs, or
      </Text>
      <ButtonLink
        size="compact-sm"
        variant="default"
        to="/compare"
        params={{
          experiment: joinIds(view.experiments),
          filter: view.filter,
          order_by: orderBy(view.sort),
          limit: String(limit),
        }}
      >
        Compare {total !== undefined && total > limit ? `the first ${count(limit)}` : `all ${count(limit)}`}
      </ButtonLink>
    </Group>
  );
}

function commands(ids: string[], command: (id: string) => string): string {
  const lines = ids.slice(0, SHOWN_COMMANDS).map(command);
  if (ids.length > SHOWN_COMMANDS) lines.push(`# and so on for ${ids.length - SHOWN_COMMANDS} more`);
  return lines.join("\n");
}

function DeleteRuns({ view }: { view: RunView }) {
  const { team } = useSession();
  const { selected } = view;
  return (
    <Action
      label="Delete"
      size="compact-sm"
      variant="default"
      permission="run:write"
      team={team}
      cli={commands(selected, (run) => nounCommand("delete", "run", run))}
      run={() => inTurns(selected, (run) => api.DELETE("/api/v1/runs/{run}", { params: { path: { run } } }))}
      ask={{
        title: selected.length === 1 ? "Delete the run?" : `Delete ${selected.length} runs?`,
        body: "They leave the lists. Nothing is lost: look at the deleted ones to restore them. Model versions made from them stay.",
        confirm: selected.length === 1 ? "Delete" : `Delete ${selected.length} runs`,
      }}
      done={{ message: selected.length === 1 ? "The run is deleted." : `${selected.length} runs are deleted.` }}
      onDone={() => view.setSelected([])}
    />
  );
}

function RestoreRuns({ view }: { view: RunView }) {
  const { team } = useSession();
  const { selected } = view;
  return (
    <Action
      label="Restore"
      size="compact-sm"
      variant="default"
      permission="run:write"
      team={team}
      cli={commands(selected, (run) => restoreCommand("run", run))}
      run={() => inTurns(selected, (run) => api.POST("/api/v1/runs/{run}/restore", { params: { path: { run } } }))}
      ask={{ title: `Restore ${selected.length} runs?`, body: "They stand in the lists again, as they were." }}
      done={{ message: `${selected.length} runs are back.` }}
      onDone={() => view.setSelected([])}
    />
  );
}
