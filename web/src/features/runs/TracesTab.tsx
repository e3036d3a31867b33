import { ButtonLink } from "../../widgets/ButtonLink";
import { Empty } from "../../widgets/Empty";
import { Panel } from "../../widgets/Panel";
import { TraceTable } from "../../widgets/traces/TraceTable";
import { useTraces } from "../../widgets/traces/useTraces";
import type { Run } from "./useRun";

/** Requests to an application that were made in the run, such as those of an evaluation. */
export function TracesTab({ run }: { run: Run }) {
  const traces = useTraces(run.experiment, { run: run.id });
  return (
    <Panel
      title="Traces"
      flush
      aside={
        <ButtonLink
          size="compact-sm"
          variant="default"
          to="/traces"
          params={{ experiment: run.experiment, run: run.id }}
        >
          Filter them
        </ButtonLink>
      }
    >
      <TraceTable
        traces={traces}
        empty={
          <Empty
            title="No trace in this run"
            command={
              "with mlflow.start_run():\n    mlflow.genai.evaluate(data=questions, predict_fn=answer, scorers=scorers)"
            }
          >
            What an application on a language model does while the run is under way is listed here, request by request.
          </Empty>
        }
      />
    </Panel>
  );
}
