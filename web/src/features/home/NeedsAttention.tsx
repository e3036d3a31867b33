import { Skeleton } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { type Need, useAttention } from "../../state/attention";
import { middle } from "../../state/format";
import { Link } from "../../widgets/Link";
import { Panel } from "../../widgets/Panel";
import { Refusal } from "../../widgets/Refusal";
import { Status } from "../../widgets/Status";
import { Time } from "../../widgets/Time";
import classes from "./home.module.css";

/** Needs shown at first; a bad night must not push everything else off the page. */
const FIRST = 5;
const REASON_LENGTH = 240;

/** What is broken and whose it is, worst first. */
export function NeedsAttention() {
  const { needs, isLoading, error, retry } = useAttention();
  const [all, setAll] = useState(false);
  const shown = all ? needs : needs.slice(0, FIRST);
  const hidden = needs.length - shown.length;
  return (
    <Panel
      title="Needs attention"
      aside={
        hidden > 0 && (
          <button type="button" className={classes.plainButton} onClick={() => setAll(true)}>
            Show {hidden} more
          </button>
        )
      }
    >
      {error && needs.length === 0 ? (
        <Refusal error={error} retry={retry} />
      ) : isLoading ? (
        <Skeleton height={24} radius="sm" role="status" aria-busy="true" aria-label="Loading" />
      ) : needs.length === 0 ? (
        <p className={classes.calm}>
          <IconCircleCheck size={18} aria-hidden /> Nothing needs attention: no unhealthy service, no undone rollout, no
          failed job of the last day.
        </p>
      ) : (
        <ul className={classes.needs}>
          {shown.map((need) => (
            <NeedLine key={need.id} need={need} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function NeedLine({ need }: { need: Need }) {
  return (
    <li className={classes.need}>
      <span className={classes.needState}>
        <Status state={need.state} />
      </span>
      <span className={classes.needText}>
        <Link to={need.path} fw={600} size="sm">
          <bdi>{middle(need.title, 60)}</bdi>
        </Link>
        <span className={classes.reason}>
          <bdi>{middle(need.reason, REASON_LENGTH)}</bdi>
        </span>
      </span>
      <span className={classes.needFacts}>
        <span>
          team <bdi>{middle(need.owner, 24)}</bdi>
        </span>
        {need.since && <Time at={need.since} />}
      </span>
    </li>
  );
}
