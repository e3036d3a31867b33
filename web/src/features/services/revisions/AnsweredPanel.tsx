import { Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../../api/client";
import { exact, middle } from "../../../state/format";
import { versionPath } from "../../../state/subjectPath";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { Moment, useMoment } from "../../../widgets/production/Moment";
import { Time } from "../../../widgets/Time";
import type { TabProps } from "../ServicePage";

const PATH = "/api/v1/services/{service}/production";

/** Which version of which model the service answered with at a moment, and where that came from. */
export function AnsweredPanel({ service }: TabProps) {
  const moment = useMoment();
  const production = useQuery({
    queryKey: ["get", PATH, { service: service.name, at: moment }],
    queryFn: async ({ signal }) => {
      const params = { path: { service: service.name }, query: moment === undefined ? {} : { at: moment } };
      // The address of a service says no team, and this one is asked for by name within one.
      const headers = { "x-roadbed-team": service.team };
      return (await api.GET(PATH, { params, headers, signal })).data ?? null;
    },
    placeholderData: keepPreviousData,
  });
  return (
    <Panel title="What it answered with">
      <Moment at={moment} />
      <Loaded query={production} lines={1}>
        {(data) =>
          data && (
            <Text size="sm" component="div" aria-live="polite">
              {data.served ? (
                <Served served={data.served} isNow={moment === undefined} />
              ) : (
                `${moment === undefined ? "No release ended yet" : `On ${exact(Date.parse(data.at))} no release had ended`}: it answered with nothing.`
              )}
            </Text>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Served({ served, isNow }: { served: Schemas["ServedThen"]; isNow: boolean }) {
  const { model, version, revision, since, origin } = served;
  return (
    <>
      It {isNow ? "answers" : "answered"} with{" "}
      <Link to={versionPath(model, version)} size="sm" underline="always" title={model}>
        <bdi>{middle(model, 40)}</bdi> version {version}
      </Link>
      , revision {revision}, since <Time at={since} />
      {origin.run && (
        <>
          ; from run{" "}
          <Link to={`/runs/${encodeURIComponent(origin.run)}`} size="sm" className="mono" underline="always">
            {origin.run.slice(0, 8)}
          </Link>
        </>
      )}
      {origin.commit && `, commit ${origin.commit.slice(0, 10)}`}.
      {isNow && " During a canary, the new version counts once the release has ended."}
    </>
  );
}
