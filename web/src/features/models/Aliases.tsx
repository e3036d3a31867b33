import { middle } from "../../state/format";
import classes from "./Places.module.css";

/** Names of versions, with the version each stands for where that is not clear from the place. */
export function Aliases({ aliases }: { aliases: [alias: string, version?: number][] }) {
  if (aliases.length === 0) return <span className={classes.none}>–</span>;
  return (
    <span className={classes.aliases}>
      {aliases.map(([alias, version]) => (
        <span key={alias} className={classes.alias} title={alias}>
          <bdi>@{middle(alias, 24)}</bdi>
          {version !== undefined && <>&nbsp;→ {version}</>}
        </span>
      ))}
    </span>
  );
}
