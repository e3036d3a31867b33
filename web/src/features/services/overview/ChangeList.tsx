import { Text } from "@mantine/core";
import { IconArrowBackUp, IconCircleCheck, IconRocket, IconSettings } from "@tabler/icons-react";
import { middle } from "../../../state/format";
import { Link } from "../../../widgets/Link";
import { Person } from "../../../widgets/Person";
import { Time } from "../../../widgets/Time";
import classes from "./ChangeList.module.css";
import type { Change } from "./changes";

const ICONS = {
  deploy: IconRocket,
  promoted: IconCircleCheck,
  rolled_back: IconArrowBackUp,
  changed: IconSettings,
};

const SHOWN = 12;

/** The changes that are lines on the charts, as sentences with links. */
export function ChangeList({ changes }: { changes: Change[] }) {
  if (changes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing: no release and no change of settings. Choose a longer time to see earlier ones.
      </Text>
    );
  return (
    <ul className={classes.list}>
      {changes.slice(0, SHOWN).map(({ id, at, kind, label, detail, actor, path }) => {
        const Icon = ICONS[kind];
        return (
          <li key={id} className={classes.change} data-kind={kind}>
            <Icon size={16} aria-hidden className={classes.icon} />
            <div>
              <div>
                <Link to={path} size="sm" fw={600}>
                  {label}
                </Link>{" "}
                <span className={classes.quiet}>
                  <Time at={new Date(at).toISOString()} /> by <Person actor={actor} />
                </span>
              </div>
              <bdi className={classes.detail}>{middle(detail, 300)}</bdi>
            </div>
          </li>
        );
      })}
      {changes.length > SHOWN && <li className={classes.quiet}>and {changes.length - SHOWN} earlier ones</li>}
    </ul>
  );
}
