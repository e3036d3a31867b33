import { api, query, type Schemas } from "../../../api/client";
import { bytes, count } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { usePathParts } from "../../../state/pathParts";
import { versionPath } from "../../../state/subjectPath";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { DeployVersion } from "../../../widgets/DeployVersion";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Page } from "../../../widgets/Page";
import { Panel } from "../../../widgets/Panel";
import { Person } from "../../../widgets/Person";
import { Signature } from "../../../widgets/Signature";
import { Time } from "../../../widgets/Time";
import { Aliases } from "../Aliases";
import { ApprovalsPanel } from "../approvals/ApprovalsPanel";
import { BomPanel } from "../bom/BomPanel";
import { useServed } from "../data/useServed";
import { Described } from "../EditText";
import { LoadSnippet } from "../model/HowToLoad";
import { SetAlias } from "../model/SetAlias";
import classes from "../models.module.css";
import { ProductionPanel } from "../production/ProductionPanel";
import { ScanPanel } from "../scans/ScanPanel";
import { SignaturePanel } from "../signing/SignaturePanel";
import { DeleteVersion } from "./DeleteVersion";
import { DifferencePanel } from "./DifferencePanel";
import { FilesPanel } from "./FilesPanel";
import { ServedPanel } from "./ServedPanel";
import { Tags } from "./Tags";

type Version = Schemas["VersionPage"];

/** One version of a model: what it is, what it takes, where it serves, and what changed since the one before. */
export default function VersionPage() {
  const [, name = "", number = ""] = usePathParts();
  const path = { model: name, version: number };
  const version = query.useQuery("get", "/api/v1/models/{model}/versions/{version}", { params: { path } });
  return (
    <Page
      title={`${name} version ${number}`}
      crumbs={[
        { label: "Models", to: "/models" },
        { label: name, to: `/models/${encodeURIComponent(name)}` },
      ]}
      beside={
        version.data &&
        version.data.aliases.length > 0 && <Aliases aliases={version.data.aliases.map((alias) => [alias])} />
      }
      facts={version.data && <VersionFacts version={version.data} />}
      actions={version.data && <VersionActions version={version.data} />}
    >
      <Loaded query={version} lines={8}>
        {(data) => <VersionContent key={`${name}/${number}`} version={data} />}
      </Loaded>
    </Page>
  );
}

function VersionFacts({ version }: { version: Version }) {
  return (
    <>
      <span>
        registered <Time at={version.created_at} />
        {version.created_by && (
          <>
            {" "}
            by <Person actor={version.created_by} />
          </>
        )}
      </span>
      {version.run && (
        <span>
          from run{" "}
          <Link
            to={`/runs/${encodeURIComponent(version.run)}`}
            className="mono"
            title={version.run}
            size="sm"
            underline="always"
          >
            {version.run.slice(0, 8)}
          </Link>
        </span>
      )}
      {version.flavors.length > 0 && <span>{version.flavors.join(", ")}</span>}
      {version.python_version && <span>Python {version.python_version}</span>}
      {typeof version.bytes === "number" && (
        <span>
          {count(version.file_count)} {version.file_count === 1 ? "file" : "files"}, {bytes(version.bytes)}
        </span>
      )}
      {!version.digest && <span>files outside this server: it cannot be served</span>}
    </>
  );
}

function VersionActions({ version }: { version: Version }) {
  const { served } = useServed(version.model);
  return (
    <>
      {version.digest && <DeployVersion model={version.model} version={version.version} />}
      <SetAlias model={version.model} versions={[version.version]} served={served} label="Give it an alias" size="sm" />
      <ButtonLink variant="default" to={`${versionPath(version.model, version.version)}/lineage`}>
        Lineage
      </ButtonLink>
      <ButtonLink variant="default" to={`${versionPath(version.model, version.version)}/card`}>
        Model card
      </ButtonLink>
      <DeleteVersion version={version} places={served.get(version.version) ?? []} />
    </>
  );
}

function VersionContent({ version }: { version: Version }) {
  const path = { model: version.model, version: String(version.version) };
  const { inputs, outputs } = version;
  return (
    <>
      <div className={classes.columns}>
        <div className={classes.column}>
          <ServedPanel version={version} />
          <ApprovalsPanel version={version} />
          {version.digest && <SignaturePanel version={version} />}
          <ProductionPanel model={version.model} version={version.version} />
          <DifferencePanel version={version} />
          <Panel title="Inputs and outputs">
            {inputs || outputs ? (
              <Signature inputs={inputs ?? []} outputs={outputs ?? []} />
            ) : (
              <p className={classes.hint}>
                It was logged without a signature, so nothing checks what is sent to it. Log the next one with{" "}
                <code>mlflow.models.infer_signature</code> or an <code>input_example</code>.
              </p>
            )}
          </Panel>
        </div>
        <div className={classes.column}>
          <Described
            text={version.description}
            hint="Nobody described this version yet. Say what is new in it."
            save={(body, dryRun) =>
              api.PATCH("/api/v1/models/{model}/versions/{version}", {
                params: { path, query: { dry_run: dryRun } },
                body,
              })
            }
            reload={async () => {
              const { data } = await api.GET("/api/v1/models/{model}/versions/{version}", { params: { path } });
              return data?.description ?? "";
            }}
            cli={(change) => nounCommand("update", "version", `${version.model}/${version.version}`, change)}
          />
          <Panel title="Load it in Python">
            <LoadSnippet reference={`${version.model}/${version.version}`} />
          </Panel>
          {version.digest && <ScanPanel version={version} />}
          <BomPanel version={version} />
          <Tags version={version} />
        </div>
      </div>
      {version.digest && <FilesPanel model={version.model} version={version.version} />}
    </>
  );
}
