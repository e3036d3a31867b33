import { Button, Checkbox, Group, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { withTeam } from "../api/team";
import { bytes, count, measure } from "../state/format";
import { Empty } from "./Empty";
import classes from "./FilePreview.module.css";
import { ModelFile, type ModelFileContent } from "./ModelFile";

/** What the server shows of a file: `GET …/artifact-preview`. Which fields are there depends on the kind. */
export interface FileContent {
  /** `text`, `table`, `image`, `model` or `binary`. */
  kind: string;
  path?: string;
  bytes?: number | null | undefined;
  media_type?: string | null | undefined;
  /** The file goes on after what is shown. */
  truncated?: boolean | null | undefined;
  text?: string | null | undefined;
  columns?: string[] | null | undefined;
  rows?: unknown[][] | null | undefined;
  /** Rows of the whole file, when the server counted them. */
  row_count?: number | null | undefined;
  model?: ModelFileContent | null | undefined;
}

interface FilePreviewProps {
  source: FileContent;
  /** Where the whole file is fetched. */
  downloadUrl: string;
  /** Name for those who do not see the picture. */
  name?: string;
}

/** A file of a run or a model version as far as it can be shown: text, a table, a picture, what a model expects. */
export function FilePreview({ source, downloadUrl, name = source.path ?? "file" }: FilePreviewProps) {
  const [isWrapped, setWrapped] = useState(false);
  const url = withTeam(downloadUrl);
  return (
    <div>
      <div className={classes.bar}>
        <span className={classes.note}>{aboutOf(source)}</span>
        <Group gap="sm">
          {(source.kind === "text" || source.text) && (
            <Checkbox
              size="xs"
              label="Wrap lines"
              checked={isWrapped}
              onChange={(event) => setWrapped(event.currentTarget.checked)}
            />
          )}
          <Button
            component="a"
            href={url}
            download
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            Download
          </Button>
        </Group>
      </div>
      <Content source={source} downloadUrl={url} name={name} isWrapped={isWrapped} />
    </div>
  );
}

/** Size, and that there is more than is shown. */
function aboutOf(source: FileContent): string {
  const parts = [
    source.media_type?.split(";")[0],
    source.bytes !== undefined && source.bytes !== null ? bytes(source.bytes) : undefined,
    source.truncated ? shownPart(source) : undefined,
  ];
  return parts.filter(Boolean).join(" · ");
}

function shownPart(source: FileContent): string {
  if (source.kind !== "table") return "the beginning is shown; download it to see the rest";
  const all = source.row_count ? ` of ${count(source.row_count)}` : "";
  return `the first ${count(source.rows?.length ?? 0)}${all} rows are shown`;
}

function Content({ source, downloadUrl, name, isWrapped }: Required<FilePreviewProps> & { isWrapped: boolean }) {
  if (source.kind === "image") return <Picture url={downloadUrl} name={name} />;
  if (source.kind === "table" && source.columns) {
    return <Rows columns={source.columns} rows={source.rows ?? []} name={name} />;
  }
  if (source.kind === "model" && source.model) {
    return (
      <>
        <ModelFile content={source.model} />
        {source.text && <Plain text={source.text} name={name} isWrapped={isWrapped} />}
      </>
    );
  }
  if (source.text !== undefined && source.text !== null) {
    return source.text === "" ? (
      <Text size="sm">The file is empty.</Text>
    ) : (
      <Plain text={source.text} name={name} isWrapped={isWrapped} />
    );
  }
  return (
    <Empty title="No preview">This kind of file is not shown here. Download it and open it on your machine.</Empty>
  );
}

function Plain({ text, name, isWrapped }: { text: string; name: string; isWrapped: boolean }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    <section className={classes.scroll} tabIndex={0} aria-label={`Content of ${name}`}>
      <pre className={isWrapped ? classes.wrapped : classes.text}>
        <bdi>{text}</bdi>
      </pre>
    </section>
  );
}

function Picture({ url, name }: { url: string; name: string }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <Empty title="Not a picture">The browser cannot read it. Download it to have a look.</Empty>;
  return <img className={classes.image} src={url} alt={name} loading="lazy" onError={() => setBroken(true)} />;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return measure(value, 7);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Rows({ columns, rows, name }: { columns: string[]; rows: unknown[][]; name: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    <section className={classes.scroll} tabIndex={0} aria-label={`Rows of ${name}`}>
      <table>
        <thead>
          <tr>
            {columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns of a file may have the same name, and never move.
              <th key={index} scope="col">
                <bdi>{column}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no name, and never move.
            <tr key={index}>
              {columns.map((_, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                <td key={column} data-align={typeof row[column] === "number" ? "right" : undefined}>
                  <bdi>{cellText(row[column])}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
