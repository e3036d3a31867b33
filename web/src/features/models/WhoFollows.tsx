import { Link } from "../../widgets/Link";
import { type Place, placesOf } from "./data/served";
import classes from "./models.module.css";

/** Said before an alias changes: who follows it, and which services keep what they run. */
export function WhoFollows({ served, lead }: { served: Map<number, Place[]>; lead: string }) {
  const places = placesOf(served).filter(({ role }) => role !== "ready");
  return (
    <>
      <p>{lead}</p>
      {places.length === 0 ? (
        <p>No service serves this model now.</p>
      ) : (
        <>
          <p>
            These services keep the version they run. A deploy of <code>model@alias</code> takes the version that the
            alias names at that moment:
          </p>
          <ul className={classes.list}>
            {places.map((place) => (
              <li key={`${place.service} ${place.revision}`}>
                <Link to={`/services/${encodeURIComponent(place.service)}`} size="sm">
                  <bdi>{place.service}</bdi>
                </Link>
                <span className={classes.small}>
                  version {place.version}, {Number(place.percent.toFixed(2))} % of its traffic
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
