import { Button, Group } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, query } from "../../api/client";
import { milliseconds, shellWord } from "../../state/format";
import { useSession } from "../../state/session";
import { ButtonLink } from "../../widgets/ButtonLink";
import { CommandLine } from "../../widgets/CommandLine";
import { Refusal } from "../../widgets/Refusal";
import { Status } from "../../widgets/Status";
import { StepFrame } from "./StepFrame";
import classes from "./templates.module.css";
import type { ProgressFacts } from "./useProgress";

const json = (value: unknown) => JSON.stringify(value, null, 1);

/** One request with the model's own example, and what came back. */
export function PredictStep({ facts, onAnswer }: { facts: ProgressFacts; onAnswer: () => void }) {
  const { progress, serviceName, team } = facts;
  const state = progress.predict;
  if (state === "later" || state === "none") return <StepFrame title="First prediction" state={state} />;
  return (
    <StepFrame title="First prediction" state={state}>
      <TryIt service={serviceName} team={team} isDone={state === "done"} onAnswer={onAnswer} />
    </StepFrame>
  );
}

interface TryItProps {
  service: string;
  team: string;
  /** It has answered somebody before. */
  isDone: boolean;
  onAnswer: () => void;
}

function TryIt({ service, team, isDone, onAnswer }: TryItProps) {
  const client = useQueryClient();
  const { can, roleFor } = useSession();
  const signature = query.useQuery("get", "/api/v1/services/{service}/signature", { params: { path: { service } } });
  const { example, url } = signature.data ?? {};
  const sending = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST("/api/v1/services/{service}/try", {
        params: { path: { service } },
        body: example,
      });
      return data;
    },
    onSuccess: (answered) => {
      if (answered && answered.status < 400) onAnswer();
      return client.invalidateQueries();
    },
  });
  const answer = sending.data;
  const mayAsk = can("service:predict", team);
  const page = `/services/${encodeURIComponent(service)}?tab=try`;
  return (
    <>
      <Group gap="xs">
        <Button
          onClick={() => sending.mutate()}
          loading={sending.isPending}
          disabled={!mayAsk || example === undefined || example === null}
          variant={isDone || answer ? "default" : "filled"}
        >
          {answer ? "Send it again" : "Try it"}
        </Button>
        <ButtonLink to={page} variant="default">
          Ask something else
        </ButtonLink>
        {!mayAsk && (
          <span className={classes.wrong}>
            Needs the role {roleFor("service:predict")} in team {team}.
          </span>
        )}
        {signature.data && (example === undefined || example === null) && (
          <span className={classes.small}>The model says nothing about its input: write a request yourself.</span>
        )}
      </Group>
      {sending.error && <Refusal error={sending.error} />}
      {example !== undefined && example !== null && (
        <div className={classes.answer}>
          <div>
            <p className={classes.small}>Request, the model's own example</p>
            <CommandLine command={json(example)} label="Copy the request" />
          </div>
          {answer && (
            <div role="status">
              <p className={classes.small}>
                <Status
                  state={answer.status < 400 ? "ok" : "failed"}
                  label={`${answer.status} in ${milliseconds(answer.latency_ms)}`}
                />
              </p>
              <CommandLine command={json(answer.body)} label="Copy the answer" />
            </div>
          )}
        </div>
      )}
      {url && (
        <div>
          <p className={classes.small}>The same in a terminal</p>
          <CommandLine command={curlOf(url, example)} label="Copy as CLI" />
        </div>
      )}
    </>
  );
}

function curlOf(url: string, example: unknown): string {
  const body = example === undefined || example === null ? '{"inputs": []}' : JSON.stringify(example);
  return [
    'eval "$(roadbed env)"',
    `curl ${shellWord(url)} -H "Authorization: Bearer $ROADBED_TOKEN" -H 'Content-Type: application/json' -d ${shellWord(body)}`,
  ].join("\n");
}
