import { Stack, Text } from "@mantine/core";
import type { Schemas } from "../../../api/client";
import { milliseconds } from "../../../state/format";
import { CommandLine } from "../../../widgets/CommandLine";
import { Facts } from "../../../widgets/Facts";
import { Refusal } from "../../../widgets/Refusal";
import { Status } from "../../../widgets/Status";
import { pretty } from "./requestBody";
import classes from "./TryForm.module.css";

interface AnswerProps {
  answer: Schemas["TriedView"] | undefined;
  error: unknown;
  isWaiting: boolean;
}

/** What came back, how fast, and from which revision. */
export function Answer({ answer, error, isWaiting }: AnswerProps) {
  if (error) return <Refusal error={error} title="The request did not reach the service" />;
  if (!answer)
    return (
      <Text size="sm" c="dimmed">
        {isWaiting
          ? "Asking the service"
          : "The answer comes here, with the revision that gave it and how long it took."}
      </Text>
    );
  const { status, headers, latency_ms, body } = answer;
  const isGood = status < 400;
  const predictionId = headers["x-roadbed-prediction-id"];
  const text = typeof body === "string" ? body : pretty(body);
  return (
    <Stack gap="sm" aria-live="polite">
      <Facts
        items={[
          [
            "Status",
            <Status
              key="status"
              state={isGood ? "ok" : "failed"}
              label={`${status} ${isGood ? "answered" : "refused"}`}
            />,
          ],
          ["Revision", headers["x-roadbed-revision"]],
          ["Time", milliseconds(latency_ms)],
          ["Try again after", headers["retry-after"] && `${headers["retry-after"]} s`],
        ]}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
      <section className={classes.body} tabIndex={0} aria-label="Body of the answer">
        <bdi>{text}</bdi>
      </section>
      {predictionId && (
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            Prediction id: tell the outcome with it later
          </Text>
          <CommandLine command={predictionId} />
        </div>
      )}
    </Stack>
  );
}
