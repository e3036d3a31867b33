import { Link } from "../../widgets/Link";
import type { Place } from "./data/served";
import classes from "./Places.module.css";

interface PlacesProps {
  places: (Place & { version?: number })[];
  isPending: boolean;
  /** Shown at most; the rest is counted. */
  most?: number;
}

const ROLE_WORDS: Record<Place["role"], string> = {
  "in charge": "",
  "on trial": "on trial",
  ready: "ready for a rollback",
};

/** Services that serve something, with their share of the traffic. */
export function Places({ places, isPending, most = 4 }: PlacesProps) {
  if (places.length === 0) return <span className={classes.none}>{isPending ? "…" : "not served"}</span>;
  return (
    <ul className={classes.places}>
      {places.slice(0, most).map((place) => (
        <li key={`${place.service} ${place.revision}`}>
          <Link to={`/services/${encodeURIComponent(place.service)}`} size="sm">
            <bdi>{place.service}</bdi>
          </Link>{" "}
          <span className={classes.about}>{aboutOf(place)}</span>
        </li>
      ))}
      {places.length > most && <li className={classes.about}>and {places.length - most} more</li>}
    </ul>
  );
}

function aboutOf(place: Place & { version?: number }): string {
  const version = place.version === undefined ? undefined : `version ${place.version}`;
  const percent = place.role === "ready" ? undefined : `${Number(place.percent.toFixed(2))} %`;
  return [version, percent, ROLE_WORDS[place.role]].filter(Boolean).join(", ");
}
