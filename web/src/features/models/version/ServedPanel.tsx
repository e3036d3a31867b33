import type { Schemas } from "../../../api/client";
import { Link } from "../../../widgets/Link";
import { Panel } from "../../../widgets/Panel";
import { Person } from "../../../widgets/Person";
import { Status } from "../../../widgets/Status";
import { type Column, Table } from "../../../widgets/Table";
import { Time } from "../../../widgets/Time";
import { type Place, releasesOf } from "../data/served";
import { useServed } from "../data/useServed";
import classes from "../models.module.css";

type Rollout = Schemas["RolloutView"];

const ROLE_WORDS: Record<Place["role"], string> = {
  "in charge": "answers with it",
  "on trial": "tries it out",
  ready: "returns to it on a rollback",
};

/** Where the version is served now, and every release that brought it somewhere. */
export function ServedPanel({ version }: { version: Schemas["VersionPage"] }) {
  const { served, rollouts, isPending } = useServed(version.model);
  const places = served.get(version.version) ?? [];
  const releases = releasesOf(version.model, version.version, rollouts);
  return (
    <Panel title="Where it is served" flush>
      {places.length === 0 ? (
        <p className={`${classes.hint} ${classes.inset}`}>{isPending ? "Loading" : "No service has it now."}</p>
      ) : (
        <ul className={`${classes.list} ${classes.inset}`}>
          {places.map((place) => (
            <li key={`${place.service} ${place.revision}`}>
              <span>
                <Link to={`/services/${encodeURIComponent(place.service)}`} fw={550} size="sm">
                  <bdi>{place.service}</bdi>
                </Link>{" "}
                <span className={classes.small}>
                  {ROLE_WORDS[place.role]}
                  {place.role !== "ready" && `, ${Number(place.percent.toFixed(2))} % of its traffic`}, revision{" "}
                  {place.revision}
                </span>
              </span>
              <Status state={place.health} />
            </li>
          ))}
        </ul>
      )}
      {releases.length > 0 && (
        <Table label="Releases of this version" columns={COLUMNS} rows={releases} rowKey={({ id }) => id} />
      )}
    </Panel>
  );
}

const COLUMNS: Column<
  Pick<Rollout, "id" | "service" | "state" | "to_revision" | "created_at" | "ended_at" | "actor">
>[] = [
  {
    id: "release",
    title: "Release",
    cell: ({ service, id, to_revision }) => (
      <Link to={`/services/${encodeURIComponent(service)}/rollouts/${encodeURIComponent(id)}`} size="sm">
        <bdi>{service}</bdi>,&nbsp;revision&nbsp;{to_revision}
      </Link>
    ),
  },
  { id: "state", title: "Outcome", cell: ({ state }) => <Status state={state} /> },
  { id: "started", title: "Started", cell: ({ created_at }) => <Time at={created_at} /> },
  { id: "ended", title: "Ended", cell: ({ ended_at }) => <Time at={ended_at} />, from: "sm" },
  { id: "by", title: "By", cell: ({ actor }) => <Person actor={actor} />, from: "md" },
];
