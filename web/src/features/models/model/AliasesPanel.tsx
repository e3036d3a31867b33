import { api, type Schemas } from "../../../api/client";
import { middle } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { Action } from "../../../widgets/Action";
import { Link } from "../../../widgets/Link";
import { Panel } from "../../../widgets/Panel";
import type { Place } from "../data/served";
import classes from "../models.module.css";
import { WhoFollows } from "../WhoFollows";
import { SetAlias } from "./SetAlias";

interface AliasesPanelProps {
  model: Schemas["ModelPage"];
  served: Map<number, Place[]>;
}

/** Names that stand for versions. */
export function AliasesPanel({ model, served }: AliasesPanelProps) {
  const aliases = Object.entries(model.aliases).sort(([one], [other]) => one.localeCompare(other));
  const versions = model.versions.map(({ version }) => version);
  const aside = versions.length > 0 && <SetAlias model={model.name} versions={versions} served={served} />;
  return (
    <Panel title="Aliases" aside={aside}>
      {aliases.length === 0 ? (
        <p className={classes.hint}>
          An alias such as champion is a name for one version. Code that loads or deploys <code>model@champion</code>{" "}
          gets the version it names at that moment.
        </p>
      ) : (
        <ul className={classes.list}>
          {aliases.map(([alias, version]) => (
            <li key={alias}>
              <span>
                <b>
                  <bdi title={alias}>@{middle(alias, 30)}</bdi>
                </b>{" "}
                is{" "}
                <Link to={`/models/${encodeURIComponent(model.name)}/${version}`} size="sm" underline="always">
                  version {version}
                </Link>
              </span>
              <span className={classes.buttons}>
                <SetAlias
                  model={model.name}
                  alias={alias}
                  version={version}
                  versions={versions}
                  served={served}
                  size="compact-xs"
                />
                <RemoveAlias model={model.name} alias={alias} served={served} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function RemoveAlias({ model, alias, served }: { model: string; alias: string; served: Map<number, Place[]> }) {
  const { team } = useSession();
  const path = { model, alias };
  return (
    <Action
      label="Remove"
      variant="subtle"
      color="red"
      size="compact-xs"
      aria-label={`Remove @${alias}`}
      permission="model:promote"
      team={team}
      cli={nounCommand("delete", "alias", `${model}@${alias}`)}
      run={() => api.DELETE("/api/v1/models/{model}/aliases/{alias}", { params: { path } })}
      ask={{
        title: `Remove @${middle(alias, 40)}?`,
        body: (
          <WhoFollows
            served={served}
            lead={`Code that asks for ${middle(model, 40)}@${middle(alias, 40)} finds nothing afterwards.`}
          />
        ),
        confirm: "Remove the alias",
      }}
      done={{ message: `@${middle(alias, 40)} is removed.` }}
    />
  );
}
