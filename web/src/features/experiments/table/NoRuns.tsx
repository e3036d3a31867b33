import { Button } from "@mantine/core";
import { Empty } from "../../../widgets/Empty";
import type { RunView } from "./useRunView";

/** The filter cannot be read, and nothing was shown before. */
export function UnreadableFilter({ view }: { view: RunView }) {
  return (
    <Empty title="The filter cannot be read" action={<ClearFilter view={view} />}>
      The field above says why; the question mark in it shows how filters are written.
    </Empty>
  );
}

function ClearFilter({ view }: { view: RunView }) {
  return (
    <Button variant="default" onClick={() => view.ask({ q: undefined, status: undefined })}>
      Clear the filter
    </Button>
  );
}

/** Nothing to show: because of the filter, because none is deleted, or because nothing ran yet. */
export function NoRuns({ view }: { view: RunView }) {
  if (view.isFiltered) {
    return (
      <Empty title="No run matches the filter" action={<ClearFilter view={view} />}>
        Parameters and tags are text: their values stand in quotes, such as <code>params.depth = '4'</code>.
      </Empty>
    );
  }
  if (view.page > 1 || view.cursor) {
    return (
      <Empty
        title="No more runs"
        action={
          <Button variant="default" onClick={() => view.ask({})}>
            Go to the first page
          </Button>
        }
      />
    );
  }
  if (view.state === "deleted") {
    return (
      <Empty
        title="No deleted run"
        action={
          <Button variant="default" onClick={() => view.ask({ state: undefined })}>
            Show active runs
          </Button>
        }
      >
        What is deleted stays here and can be restored.
      </Empty>
    );
  }
  return (
    <Empty title="No run yet" command={'eval "$(roadbed env)" && python train.py'}>
      Code makes runs with the MLflow client as it is:{" "}
      <code>with mlflow.start_run(): mlflow.log_metric("auc", 0.91)</code>. Inside jobs (<code>roadbed run train</code>)
      nothing needs to be set.
    </Empty>
  );
}
