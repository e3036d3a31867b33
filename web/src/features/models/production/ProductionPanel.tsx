import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../../api/client";
import { exact, middle } from "../../../state/format";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { Person } from "../../../widgets/Person";
import { Moment, useMoment } from "../../../widgets/production/Moment";
import { Time } from "../../../widgets/Time";
import classes from "../models.module.css";
import { listed, versionSentence } from "./sentence";

const PATH = "/api/v1/models/{model}/production";

interface ProductionPanelProps {
  model: string;
  /** The version that the page is about. */
  version?: number;
}

/** What the model's aliases named and which services answered with it, at a moment that stands in the address. */
export function ProductionPanel({ model, version }: ProductionPanelProps) {
  const moment = useMoment();
  const production = useQuery({
    queryKey: ["get", PATH, { model, at: moment }],
    queryFn: async ({ signal }) => {
      const params = { path: { model }, query: moment === undefined ? {} : { at: moment } };
      return (await api.GET(PATH, { params, signal })).data ?? null;
    },
    placeholderData: keepPreviousData,
  });
  return (
    <Panel title="What was in production">
      <Moment at={moment} />
      <Loaded query={production} lines={3}>
        {(data) => data && <Answer production={data} version={version} isNow={moment === undefined} />}
      </Loaded>
    </Panel>
  );
}

interface AnswerProps {
  production: Schemas["ModelProduction"];
  version: number | undefined;
  isNow: boolean;
}

function Answer({ production, version, isNow }: AnswerProps) {
  const { aliases, services, model, at } = production;
  const [names, answers] = isNow ? ["is", "answers with"] : ["was", "answered with"];
  const link = (number: number) =>
    number === version ? (
      <b>version {number}</b>
    ) : (
      <Link to={`/models/${encodeURIComponent(model)}/${number}`} size="sm" underline="always">
        version {number}
      </Link>
    );
  if (aliases.length + services.length === 0) {
    return (
      <p className={classes.hint}>
        {isNow
          ? "No alias names a version of this model and no service answers with one."
          : `On ${exact(Date.parse(at))} no alias named a version of this model and no service answered with one.`}
      </p>
    );
  }
  return (
    <>
      {version !== undefined && (
        <p className={classes.facts} aria-live="polite">
          <bdi>{versionSentence(production, version, isNow)}</bdi>
        </p>
      )}
      <ul className={classes.list}>
        {aliases.map((one) => (
          <li key={`@${one.alias}`}>
            <span>
              <bdi title={one.alias}>@{middle(one.alias, 30)}</bdi> {names} {link(one.version)}{" "}
              <span className={classes.small}>
                since <Time at={one.since} />, moved by <Person actor={one.moved_by} />
                {one.approved_by.length > 0 &&
                  `, approved by ${listed(one.approved_by.map((name) => middle(name, 30)))}`}
                <Origin origin={one.origin} />
              </span>
            </span>
          </li>
        ))}
        {services.map((one) => (
          <li key={one.service}>
            <span>
              <Link to={`/services/${encodeURIComponent(one.service)}`} size="sm" underline="always">
                <bdi>{middle(one.service, 40)}</bdi>
              </Link>{" "}
              {answers} {link(one.version)}{" "}
              <span className={classes.small}>
                since <Time at={one.since} />, as revision {one.revision}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The run and the commit of a version, as far as they are still there. */
function Origin({ origin }: { origin: Schemas["VersionOrigin"] }) {
  return (
    <>
      {origin.run && (
        <>
          , from run{" "}
          <Link to={`/runs/${encodeURIComponent(origin.run)}`} size="xs" className="mono" underline="always">
            {origin.run.slice(0, 8)}
          </Link>
        </>
      )}
      {origin.commit && <>, commit {origin.commit.slice(0, 10)}</>}
    </>
  );
}
