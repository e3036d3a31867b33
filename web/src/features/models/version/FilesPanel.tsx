import { UnstyledButton } from "@mantine/core";
import { IconArrowUp, IconCube, IconFile, IconFileText, IconFolder, IconPhoto, IconTable } from "@tabler/icons-react";
import { query } from "../../../api/client";
import { bytes, middle } from "../../../state/format";
import { useUrlState } from "../../../state/url";
import { Empty } from "../../../widgets/Empty";
import { FilePreview } from "../../../widgets/FilePreview";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import classes from "../models.module.css";

const ICONS: Record<string, typeof IconFile> = {
  text: IconFileText,
  table: IconTable,
  image: IconPhoto,
  model: IconCube,
};

interface FilesProps {
  model: string;
  version: number;
}

/** The frozen files of the version: a folder at a time (`folder`), and what the chosen one (`file`) holds. */
export function FilesPanel({ model, version }: FilesProps) {
  const { get, set } = useUrlState();
  const folder = get("folder") ?? "";
  const chosen = get("file") ?? "MLmodel";
  return (
    <Panel title="Files">
      <div className={classes.files}>
        <Folder
          model={model}
          version={version}
          folder={folder}
          chosen={chosen}
          onFolder={(next) => set({ folder: next }, { push: true })}
          onFile={(file) => set({ file: file === "MLmodel" ? undefined : file }, { push: true })}
        />
        <Preview model={model} version={version} path={chosen} />
      </div>
    </Panel>
  );
}

interface FolderProps extends FilesProps {
  folder: string;
  chosen: string;
  onFolder: (folder: string) => void;
  onFile: (file: string) => void;
}

function Folder({ model, version, folder, chosen, onFolder, onFile }: FolderProps) {
  const params = { path: { model, version: String(version) }, query: folder === "" ? {} : { path: folder } };
  const files = query.useQuery("get", "/api/v1/models/{model}/versions/{version}/files", { params });
  const parent = folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : "";
  return (
    <Loaded query={files}>
      {({ items }) => (
        <ul className={classes.list}>
          {folder !== "" && (
            <Entry
              icon={IconArrowUp}
              name={`Back to ${parent === "" ? "the top" : `${parent}/`}`}
              onPress={() => onFolder(parent)}
            />
          )}
          {items.map((file) => (
            <Entry
              key={file.path}
              icon={file.is_folder ? IconFolder : (ICONS[file.kind] ?? IconFile)}
              name={file.is_folder ? `${file.name}/` : file.name}
              size={bytes(file.bytes)}
              isCurrent={file.path === chosen}
              onPress={() => (file.is_folder ? onFolder(file.path) : onFile(file.path))}
            />
          ))}
        </ul>
      )}
    </Loaded>
  );
}

interface EntryProps {
  icon: typeof IconFile;
  name: string;
  size?: string;
  isCurrent?: boolean;
  onPress: () => void;
}

function Entry({ icon: Icon, name, size, isCurrent, onPress }: EntryProps) {
  return (
    <li style={{ padding: 0, border: 0 }}>
      <UnstyledButton className={classes.file} aria-current={isCurrent || undefined} onClick={onPress} title={name}>
        <Icon size={15} aria-hidden />
        <bdi className={classes.fileName}>{middle(name, 48)}</bdi>
        <span className={classes.small}>{size}</span>
      </UnstyledButton>
    </li>
  );
}

function Preview({ model, version, path }: FilesProps & { path: string }) {
  const params = { path: { model, version: String(version) }, query: { path } };
  const preview = query.useQuery("get", "/api/v1/models/{model}/versions/{version}/file-preview", { params });
  const url = `/api/v1/models/${encodeURIComponent(model)}/versions/${version}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
  if (preview.error && path === "MLmodel") {
    return <Empty title="Choose a file">Text, tables and pictures are shown here; all can be downloaded.</Empty>;
  }
  return (
    <Loaded query={preview} lines={8}>
      {(source) => <FilePreview key={path} source={source} downloadUrl={url} name={path} />}
    </Loaded>
  );
}
