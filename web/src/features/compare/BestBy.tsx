import { Button, SegmentedControl, Select, useComputedColorScheme } from "@mantine/core";
import { IconTrophy } from "@tabler/icons-react";
import { useState } from "react";
import { chartColor } from "../../charts/colors";
import { directionOf } from "../../state/better";
import { measure, middle } from "../../state/format";
import { useUrlState } from "../../state/url";
import { Link } from "../../widgets/Link";
import { Panel } from "../../widgets/Panel";
import { RegisterModel } from "../../widgets/RegisterModel";
import classes from "./BestBy.module.css";
import { ranked } from "./data/best";
import { type ComparedColumn, numberOf } from "./data/columns";
import type { Comparison } from "./data/useComparison";
import { Winner } from "./Winner";

/** Runs named beside the best one. */
const RUNNERS_UP = 2;

/** The best run by a metric, and the way from it to a registered model and into a service. */
export function BestBy({ comparison }: { comparison: Comparison }) {
  const { get, list, set } = useUrlState();
  const [registering, setRegistering] = useState(false);
  const metrics = comparison.columns.filter(({ kind }) => kind === "metrics").map(({ key }) => key);
  const differing = comparison.differing.find(({ kind, key }) => kind === "metrics" && !key.startsWith("system/"));
  const key = metrics.find((each) => each === get("best")) ?? differing?.key ?? metrics[0];
  if (key === undefined) return null;
  const turned = list("turned");
  const column: ComparedColumn = { kind: "metrics", key };
  const direction = directionOf(key, turned);
  const order = ranked(comparison.runs, column, direction);
  const [winner, ...others] = order;
  const turn = () =>
    set({ turned: (turned.includes(key) ? turned.filter((each) => each !== key) : [...turned, key]).join(",") });
  return (
    <Panel>
      <div className={classes.best}>
        <span className={classes.by}>
          <IconTrophy size={18} aria-hidden />
          Best by
          <Select
            size="sm"
            w={210}
            aria-label="Metric that decides"
            data={metrics}
            value={key}
            searchable
            allowDeselect={false}
            limit={200}
            onChange={(next) => set({ best: next ?? undefined })}
          />
          <SegmentedControl
            size="xs"
            aria-label="Which end is better"
            value={direction}
            onChange={turn}
            data={[
              { value: "highest", label: "highest" },
              { value: "lowest", label: "lowest" },
            ]}
          />
        </span>
        {winner ? (
          <>
            <ol className={classes.order}>
              {[winner, ...others.slice(0, RUNNERS_UP)].map((run, index) => (
                <li key={run.id}>
                  <span>{index + 1}.</span>
                  <Swatch color={comparison.colors.get(run.id) ?? 0} />
                  <Link to={`/runs/${encodeURIComponent(run.id)}`} title={run.name} size="sm">
                    <bdi>{middle(run.name, 32)}</bdi>
                  </Link>
                  <b>{measure(numberOf(run, column))}</b>
                </li>
              ))}
            </ol>
            <Winner key={winner.id} run={winner} onRegister={() => setRegistering(true)} />
            {registering && <RegisterModel run={winner.id} runName={winner.name} close={() => setRegistering(false)} />}
          </>
        ) : (
          <span className={classes.none}>
            No run has a number for it.{" "}
            <Button size="compact-xs" variant="subtle" onClick={() => set({ best: undefined })}>
              Choose another
            </Button>
          </span>
        )}
      </div>
    </Panel>
  );
}

function Swatch({ color }: { color: number }) {
  const scheme = useComputedColorScheme("light");
  return <span className={classes.swatch} style={{ background: chartColor(color, scheme) }} aria-hidden />;
}
