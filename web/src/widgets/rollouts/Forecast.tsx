import { Button, Group, Text } from "@mantine/core";
import type { Schemas } from "../../api/client";
import { measure, share } from "../../state/format";
import classes from "./Forecast.module.css";
import { type Expectation, expectationsOf } from "./forecastWords";
import { percentText } from "./TrafficSplit";

/** What to expect of a release at the traffic of the last hour, computed by the server before anything happens. */
export function Forecast({
  plan,
  onFirstStep,
}: {
  plan: Schemas["RolloutView"];
  /** Takes the better first step that the server found. */
  onFirstStep?: (percent: number) => void;
}) {
  const { forecast, warnings } = plan;
  const better = forecast?.better_first_step;
  return (
    <section className={classes.forecast} aria-label="What to expect">
      <Text size="sm" fw={600}>
        {plan.from_revision === null || plan.from_revision === undefined
          ? `Revision ${plan.to_revision} will be the first one: it gets all traffic as soon as it is loaded.`
          : `Revision ${plan.to_revision} will be tried against revision ${plan.from_revision}.`}
      </Text>
      {(warnings ?? []).map((warning) => (
        <Text size="sm" key={warning}>
          Note: {warning}
        </Text>
      ))}
      {forecast && (
        <>
          <Text size="sm">{forecast.sentence}</Text>
          <table className={classes.table}>
            <caption className={classes.caption}>
              At {measure(forecast.units_per_second, 3)} requests/s, as in the last hour
            </caption>
            <thead>
              <tr>
                <th scope="col">If the new revision is</th>
                <th scope="col">it is expected to be</th>
                <th scope="col">requests hurt until then</th>
              </tr>
            </thead>
            <tbody>
              {expectationsOf(forecast).map((expectation) => (
                <ExpectationRow key={expectation.when} expectation={expectation} />
              ))}
            </tbody>
          </table>
        </>
      )}
      {better && (
        <Group gap="xs">
          <Text size="sm">
            A first step of {percentText(better.weight_percent)} would get a good release through in about{" "}
            {measure(better.promoted_minutes, 2)} min.
          </Text>
          {onFirstStep && (
            <Button size="compact-xs" variant="default" onClick={() => onFirstStep(better.weight_percent)}>
              Use {percentText(better.weight_percent)}
            </Button>
          )}
        </Group>
      )}
    </section>
  );
}

function ExpectationRow({ expectation }: { expectation: Expectation }) {
  const { when, outcome, hurtShare } = expectation;
  return (
    <tr>
      <th scope="row">{when}</th>
      <td>{outcome}</td>
      <td>{hurtShare === undefined ? "–" : share(hurtShare, 2)}</td>
    </tr>
  );
}
