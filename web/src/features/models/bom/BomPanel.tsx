import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { query, type Schemas } from "../../../api/client";
import { withTeam } from "../../../api/team";
import { count, middle } from "../../../state/format";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import classes from "../models.module.css";
import { librariesOf, partsSentence } from "./parts";

/** Libraries shown at first, and more each time. */
const PORTION = 12;

/** What the version is made of, as tools read it: files, data and the libraries that it needs. */
export function BomPanel({ version }: { version: Schemas["VersionPage"] }) {
  const path = { model: version.model, version: String(version.version) };
  const bom = query.useQuery("get", "/api/v1/models/{model}/versions/{version}/bom", { params: { path } });
  const url = `/api/v1/models/${encodeURIComponent(version.model)}/versions/${version.version}/bom`;
  return (
    <Panel
      title="Bill of materials"
      aside={
        bom.data && (
          <Button
            component="a"
            href={withTeam(url)}
            download={`${version.model}-${version.version}.cdx.json`}
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            aria-label="Download the bill of materials as JSON"
          >
            JSON
          </Button>
        )
      }
    >
      <Loaded query={bom} lines={3}>
        {(data) => (
          <>
            <p className={classes.facts}>
              {partsSentence(data)}{" "}
              <span className={classes.small}>
                {data.bomFormat} {data.specVersion}, the same for the same content.
              </span>
            </p>
            <Libraries libraries={librariesOf(data)} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Libraries({ libraries }: { libraries: Schemas["BomComponent"][] }) {
  const [shown, setShown] = useState(PORTION);
  if (libraries.length === 0) {
    return (
      <p className={classes.hint}>
        It names no library: its files hold no <code>requirements.txt</code>. What logs a model with MLflow writes one;
        add it to the next version, and tools find known weaknesses in what it needs.
      </p>
    );
  }
  return (
    <>
      <ul className={classes.list} aria-label="Libraries">
        {libraries.slice(0, shown).map(({ name, version, purl }) => (
          <li key={`${name} ${version}`} className={classes.library} title={purl ?? undefined}>
            <bdi>{middle(name, 40)}</bdi>
            <bdi className={`mono ${classes.small}`}>{version ? middle(version, 24) : "any version"}</bdi>
          </li>
        ))}
      </ul>
      {shown < libraries.length && (
        <Button size="compact-sm" variant="subtle" mt="xs" onClick={() => setShown(shown + PORTION * 4)}>
          Show more of {count(libraries.length)}
        </Button>
      )}
    </>
  );
}
