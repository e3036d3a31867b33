import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconClockHour4 } from "@tabler/icons-react";
import { useMemo } from "react";
import type { Schemas } from "../../api/client";
import { TimeChart } from "../../charts/TimeChart";
import { Empty } from "../../widgets/Empty";
import { Panel } from "../../widgets/Panel";
import { isOpen } from "../../widgets/rollouts/words";
import { Arms } from "./Arms";
import classes from "./Evidence.module.css";
import { evidenceLines, type Judged, judge, shareWords } from "./evidence";
import { Meter } from "./Meter";

type Explained = Schemas["ExplanationView"];

const ICONS = { good: IconCircleCheck, warn: IconAlertTriangle, bad: IconCircleX, neutral: IconClockHour4 };

/** Each guardrail: what it means now, how strong the evidence is, the counts, and how it came to be. */
export function Evidence({ explained }: { explained: Explained }) {
  const { rollout, replayed } = explained;
  if (rollout.strategy === "all_at_once" || rollout.from_revision === null || replayed.length === 0)
    return (
      <Panel title="Evidence">
        <Empty title="Nothing was compared">
          {rollout.from_revision === null
            ? "It is the first revision of the service: there is no other one to compare it with."
            : "All traffic moved at once, as somebody asked, so no evidence was waited for."}
        </Empty>
      </Panel>
    );
  return (
    <div className={classes.grid}>
      {replayed.map((report) => (
        <Guardrail key={report.name} report={report} explained={explained} />
      ))}
    </div>
  );
}

const TITLES: Record<string, string> = { errors: "Errors", latency: "Slow answers" };

function Guardrail({ report, explained }: { report: Schemas["GuardrailReport"]; explained: Explained }) {
  const judged = judge(report, explained.bars, {
    isOpen: isOpen(explained.rollout),
    isWarmUp: explained.stages.at(-1)?.kind === "warm_up",
  });
  return (
    <Panel title={TITLES[report.name] ?? report.name}>
      <div className={classes.guardrail}>
        <Meaning judged={judged} />
        <div className={classes.meters}>
          <Meter
            label="Evidence of harm"
            goal="rolls back"
            strength={judged.harm}
            tone="bad"
            tick={explained.bars.suspicion / explained.bars.harm}
          />
          <Meter label="Evidence it is fine" goal="is needed to promote" strength={judged.fine} tone="good" />
        </div>
        <Arms report={report} isKeyed={explained.counts.some(({ canary, stable }) => canary.keys + stable.keys > 0)} />
        <Course name={report.name} explained={explained} />
      </div>
    </Panel>
  );
}

function Meaning({ judged }: { judged: Judged }) {
  const Icon = ICONS[judged.tone];
  return (
    <p className={classes.meaning} data-tone={judged.tone}>
      <Icon size={20} aria-hidden />
      <span>{judged.meaning}</span>
    </p>
  );
}

/** How the four kinds of evidence grew, against what each needs. */
function Course({ name, explained }: { name: string; explained: Explained }) {
  const { history, bars } = explained;
  const { x, lines } = useMemo(() => evidenceLines(history, name, bars), [history, name, bars]);
  if (x.length < 2) return <p className={classes.note}>Its course is drawn here once there are a few looks.</p>;
  return (
    <TimeChart
      title="How the evidence grew"
      x={x}
      series={lines}
      format={shareWords}
      height={200}
      sync={`rollout ${explained.rollout.id}`}
      limits={[
        { value: 1, label: "enough: it decides" },
        { value: bars.suspicion / bars.harm, label: "harm from here: no further step" },
      ]}
    />
  );
}
