import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "../../../api/client";
import { middle } from "../../../state/format";
import { useUrlState } from "../../../state/url";
import { Empty } from "../../../widgets/Empty";
import { FilePreview } from "../../../widgets/FilePreview";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import type { Run } from "../useRun";
import classes from "./ArtifactsTab.module.css";
import { ArtifactTree } from "./ArtifactTree";
import { downloadPath } from "./paths";

/** The files of the run: a tree that loads its folders when they are opened, and what the chosen file holds. */
export function ArtifactsTab({ run }: { run: Run }) {
  const { get, set } = useUrlState();
  const chosen = get("path");
  const choose = useCallback((path: string) => set({ path }, { push: true }), [set]);
  return (
    <div className={classes.parts}>
      <Panel title="Files">
        <ArtifactTree run={run.id} chosen={chosen} onChoose={choose} />
      </Panel>
      <Panel title={chosen === undefined ? "Preview" : middle(chosen, 70)}>
        {chosen === undefined ? (
          <Empty title="Choose a file">
            Text, tables, pictures and saved models are shown here; all can be downloaded.
          </Empty>
        ) : (
          <Preview run={run.id} path={chosen} />
        )}
      </Panel>
    </div>
  );
}

function Preview({ run, path }: { run: string; path: string }) {
  const preview = useQuery({
    queryKey: ["get", "/api/v1/runs/{run}/artifact-preview", { run, path }],
    queryFn: async ({ signal }) => {
      const params = { path: { run }, query: { path } };
      return (await api.GET("/api/v1/runs/{run}/artifact-preview", { params, signal })).data;
    },
  });
  return (
    <Loaded query={preview} lines={8}>
      {(source) =>
        source ? (
          <FilePreview key={path} source={source} downloadUrl={downloadPath(run, path)} name={path} />
        ) : (
          <Text size="sm">Nothing to show.</Text>
        )
      }
    </Loaded>
  );
}
