import { List, Text } from "@mantine/core";
import type { Schemas } from "../../api/client";
import { share } from "../../state/format";
import { Panel } from "../../widgets/Panel";
import classes from "./HowToRead.module.css";

/** What evidence means, for somebody who was woken up. */
export function HowToRead({ explained }: { explained: Schemas["ExplanationView"] }) {
  const { bars } = explained;
  const odds = (log: number) => Math.round(Math.exp(log)).toLocaleString("en-US");
  return (
    <Panel>
      <details className={classes.details}>
        <summary>How to read this</summary>
        <List size="sm" spacing={4} mt="xs">
          <List.Item>
            <b>Evidence</b> answers: could this be luck? It grows only when the new revision does something that luck
            rarely brings, and it may be looked at any number of times without being fooled.
          </List.Item>
          <List.Item>
            <b>Harm</b> at {odds(bars.harm)} : 1 rolls back at once. From the mark in the middle of its bar on, no
            further step is taken. Over all of it, a good release is rolled back wrongly in at most {share(bars.alpha)}{" "}
            of cases.
          </List.Item>
          <List.Item>
            <b>Fine</b> at {odds(bars.certify)} : 1 is needed for every guardrail before the new revision gets all
            traffic: either it is shown to be no worse than the old one, or to be below the limit.
          </List.Item>
          <List.Item>
            <b>Few requests</b> mean little evidence either way. Then it waits: silence never counts as good.
          </List.Item>
          <List.Item>
            <b>You decide</b> at any time: rolling back, promoting or pausing wins at once.
          </List.Item>
        </List>
        <Text size="sm" mt="xs">
          <a href="/docs/concepts/rollouts">More about rollouts</a>
        </Text>
      </details>
    </Panel>
  );
}
