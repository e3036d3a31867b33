import { query, type Schemas } from "../../../api/client";
import { count, middle } from "../../../state/format";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { Status } from "../../../widgets/Status";
import classes from "../models.module.css";
import { scanSentence, severityMeaning } from "./sentence";

type Scan = Schemas["Scan"];

/** Shown of findings and of files that were not read; the command line has them all. */
const MOST = 100;
/** `unknown` is also the state of things that went silent. */
const LOOK: Record<string, string> = { unknown: "unfamiliar" };

/** What loading the version's pickles would import. Its files are frozen, so it is asked for once. */
export function ScanPanel({ version }: { version: Schemas["VersionPage"] }) {
  const path = { model: version.model, version: String(version.version) };
  const scan = query.useQuery(
    "get",
    "/api/v1/models/{model}/versions/{version}/scan",
    { params: { path } },
    { staleTime: Number.POSITIVE_INFINITY },
  );
  return (
    <Panel title="What loading it would import">
      <Loaded query={scan} lines={3}>
        {(data) => (
          <>
            <Summary scan={data} />
            <Findings findings={data.findings} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Summary({ scan }: { scan: Scan }) {
  const { severity, findings, unread } = scan;
  const word = severity ?? "harmless";
  const isEmpty = scan.scanned === 0 && findings.length === 0;
  return (
    <>
      <p className={classes.facts}>
        {!isEmpty && <Status state={LOOK[word] ?? word} />} {scanSentence(scan)}
      </p>
      <p className={classes.hint}>
        The files were read and not loaded. This is a hint and no gate: nothing is held up because of it, and what it
        does not find is not thereby safe.
      </p>
      {findings.length > MOST && (
        <p className={classes.small}>
          The first {MOST} of {count(findings.length)} imports are shown.
        </p>
      )}
      {unread.length > 0 && (
        <details className={classes.small}>
          <summary>
            {unread.length === 1 ? "1 file was" : `${count(unread.length)} files were`} not read to the end
          </summary>
          <ul>
            {unread.slice(0, MOST).map(({ file, why }) => (
              <li key={`${file}\n${why}`}>
                <bdi title={file}>{middle(file, 60)}</bdi>: {why}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Findings({ findings }: { findings: Schemas["Finding"][] }) {
  if (findings.length === 0) return null;
  return (
    <ul className={classes.list}>
      {findings.slice(0, MOST).map(({ severity, module, name, file }) => (
        <li key={`${file}\n${module}\n${name}`}>
          <span className={classes.found}>
            <bdi className="mono" title={`${module}.${name}`}>
              {middle(`${module}.${name}`, 60)}
            </bdi>
            <span className={classes.small}>
              in <bdi title={file}>{middle(file, 40)}</bdi>
            </span>
          </span>
          <Status state={LOOK[severity] ?? severity} why={severityMeaning(severity)} />
        </li>
      ))}
    </ul>
  );
}
