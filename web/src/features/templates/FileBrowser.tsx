import type { Schemas } from "../../api/client";
import { bytes } from "../../state/format";
import { useUrlState } from "../../state/url";
import { CommandLine } from "../../widgets/CommandLine";
import classes from "./templates.module.css";

const size = (text: string) => bytes(new TextEncoder().encode(text).length);

/** Files and the text of one of them; which one is kept in the address. */
export function FileBrowser({ files }: { files: Schemas["FileView"][] }) {
  const { get, set } = useUrlState();
  const chosen = files.find(({ path }) => path === get("file")) ?? files[0];
  if (!chosen) return null;
  return (
    <div className={classes.browser}>
      <ul className={classes.files}>
        {files.map((file) => (
          <li key={file.path}>
            <button
              type="button"
              className={classes.file}
              aria-pressed={file === chosen}
              onClick={() => set({ file: file === files[0] ? undefined : file.path })}
            >
              <bdi>{file.path}</bdi>
              <span className={classes.fileSize}>{size(file.text)}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className={classes.fileText}>
        <CommandLine command={chosen.text} label={`Copy ${chosen.path}`} />
      </div>
    </div>
  );
}
