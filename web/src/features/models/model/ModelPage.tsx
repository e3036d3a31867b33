import { api, query, type Schemas } from "../../../api/client";
import { count } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { usePathParts } from "../../../state/pathParts";
import { DeployVersion } from "../../../widgets/DeployVersion";
import { Loaded } from "../../../widgets/Loaded";
import { Page } from "../../../widgets/Page";
import { Time } from "../../../widgets/Time";
import { RulesPanel } from "../approvals/RulesPanel";
import { placesOf } from "../data/served";
import { useServed } from "../data/useServed";
import { Described } from "../EditText";
import classes from "../models.module.css";
import { ProductionPanel } from "../production/ProductionPanel";
import { AliasesPanel } from "./AliasesPanel";
import { DeleteModel } from "./DeleteModel";
import { HistoryPanel } from "./HistoryPanel";
import { HowToLoad } from "./HowToLoad";
import { useHistory } from "./useHistory";
import { VersionsPanel } from "./VersionsPanel";

/** A registered model: its versions, what they are called and where they serve. */
export default function ModelPage() {
  const [, name = ""] = usePathParts();
  const model = query.useQuery("get", "/api/v1/models/{model}", { params: { path: { model: name } } });
  return (
    <Page
      title={name}
      crumbs={[{ label: "Models", to: "/models" }]}
      facts={model.data && <ModelFacts model={model.data} />}
      actions={model.data && <ModelActions model={model.data} />}
    >
      <Loaded query={model} lines={8}>
        {(data) => <ModelContent key={name} model={data} />}
      </Loaded>
    </Page>
  );
}

function ModelFacts({ model }: { model: Schemas["ModelPage"] }) {
  return (
    <>
      <span>
        {count(model.version_count)} {model.version_count === 1 ? "version" : "versions"}
      </span>
      <span>
        registered <Time at={model.created_at} />
      </span>
      <span>
        changed <Time at={model.updated_at} />
      </span>
    </>
  );
}

function ModelActions({ model }: { model: Schemas["ModelPage"] }) {
  const { served } = useServed(model.name);
  return (
    <>
      {model.latest_version && (
        <DeployVersion
          model={model.name}
          version={model.latest_version}
          label={`Deploy version ${model.latest_version}`}
        />
      )}
      <DeleteModel model={model} places={placesOf(served)} />
    </>
  );
}

function ModelContent({ model }: { model: Schemas["ModelPage"] }) {
  const { served, isPending } = useServed(model.name);
  const history = useHistory(model.name);
  const path = { model: model.name };
  return (
    <>
      <VersionsPanel model={model} served={served} isPending={isPending} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <HistoryPanel model={model.name} history={history} />
          <ProductionPanel model={model.name} />
        </div>
        <div className={classes.column}>
          <AliasesPanel model={model} served={served} />
          <RulesPanel model={model.name} />
          <Described
            text={model.description}
            hint="Nobody described this model yet. Say what it predicts, from what, and for whom."
            save={(body, dryRun) =>
              api.PATCH("/api/v1/models/{model}", { params: { path, query: { dry_run: dryRun } }, body })
            }
            reload={async () => {
              const { data } = await api.GET("/api/v1/models/{model}", { params: { path } });
              return data?.description ?? "";
            }}
            cli={(change) => nounCommand("update", "model", model.name, change)}
          />
          <HowToLoad model={model} />
        </div>
      </div>
    </>
  );
}
