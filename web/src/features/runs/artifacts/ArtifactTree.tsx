import { UnstyledButton } from "@mantine/core";
import {
  IconChevronDown,
  IconChevronRight,
  IconCube,
  IconFile,
  IconFileText,
  IconPhoto,
  IconTable,
} from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { bytes, middle } from "../../../state/format";
import { Empty } from "../../../widgets/Empty";
import { Loaded } from "../../../widgets/Loaded";
import classes from "./ArtifactsTab.module.css";
import { leadsTo } from "./paths";

type File = Schemas["FileItem"];

const ICONS: Record<string, typeof IconFile> = {
  text: IconFileText,
  table: IconTable,
  image: IconPhoto,
  model: IconCube,
};
const PAGE = 200;

interface TreeProps {
  run: string;
  chosen: string | undefined;
  onChoose: (path: string) => void;
}

/** What is in a folder, by name; folders inside open below their name. */
export function ArtifactTree({ run, chosen, onChoose, folder = "" }: TreeProps & { folder?: string }) {
  const path = folder === "" ? undefined : folder;
  const files = useInfiniteQuery({
    queryKey: ["get", "/api/v1/runs/{run}/artifacts", { run, path }],
    queryFn: async ({ pageParam }) => {
      const params = { path: { run }, query: { path, limit: PAGE, cursor: pageParam } };
      return (await api.GET("/api/v1/runs/{run}/artifacts", { params })).data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
  });
  return (
    <Loaded query={files} lines={folder === "" ? 4 : 1}>
      {(data) => {
        const items = data.pages.flatMap((page) => page?.items ?? []);
        if (items.length === 0) return <NoFile />;
        return (
          <ul className={classes.tree}>
            {items.map((file) => (
              <li key={file.path}>
                <Entry file={file} run={run} chosen={chosen} onChoose={onChoose} />
              </li>
            ))}
            {files.hasNextPage && (
              <li>
                <UnstyledButton className={classes.entry} onClick={() => void files.fetchNextPage()}>
                  Show more
                </UnstyledButton>
              </li>
            )}
          </ul>
        );
      }}
    </Loaded>
  );
}

function Entry({ file, ...tree }: TreeProps & { file: File }) {
  const [isOpen, setOpen] = useState(leadsTo(file.path, tree.chosen));
  const isChosen = tree.chosen === file.path;
  const Icon = ICONS[file.kind] ?? IconFile;
  const press = () => {
    if (file.is_folder) setOpen(!isOpen);
    if (!file.is_folder) tree.onChoose(file.path);
    // Of a model's folder, this file says what it is.
    else if (file.kind === "model" && !isOpen) tree.onChoose(`${file.path}/MLmodel`);
  };
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <>
      <UnstyledButton
        className={classes.entry}
        onClick={press}
        aria-expanded={file.is_folder ? isOpen : undefined}
        aria-current={isChosen || undefined}
        title={file.path}
      >
        {file.is_folder ? <Chevron size={15} aria-hidden /> : <span className={classes.room} />}
        {(!file.is_folder || file.kind === "model") && <Icon size={15} aria-hidden />}
        <bdi className={classes.name}>
          {middle(file.name, 48)}
          {file.is_folder && "/"}
        </bdi>
        <span className={classes.size}>{bytes(file.bytes)}</span>
      </UnstyledButton>
      {file.is_folder && isOpen && (
        <div className={classes.inside}>
          <ArtifactTree {...tree} folder={file.path} />
        </div>
      )}
    </>
  );
}

function NoFile() {
  return (
    <Empty title="No file yet" command={'mlflow.log_artifact("report.csv")'}>
      Files that the run logs show up here: plots, tables, models.
    </Empty>
  );
}
