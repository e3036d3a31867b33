import { api, query, type Schemas } from "../../../api/client";
import { middle } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { Action } from "../../../widgets/Action";
import { RuleForm } from "../../../widgets/approvals/RuleForm";
import { RuleWords } from "../../../widgets/approvals/RuleWords";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import classes from "../models.module.css";

type Rule = Schemas["RuleItem"];

/** What must have been measured and who must agree before an alias of the model names a version. */
export function RulesPanel({ model }: { model: string }) {
  const rules = query.useQuery("get", "/api/v1/models/{model}/approval-rules", { params: { path: { model } } });
  return (
    <Panel title="What aliases ask for" aside={<RuleForm model={model} label="New rule" />}>
      <Loaded query={rules} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={classes.hint}>
              No alias asks for anything: whoever may move an alias decides alone. A rule such as “champion needs auc
              &gt;= 0.9 and 2 people” is kept to by every client and every pipeline.
            </p>
          ) : (
            <ul className={classes.list}>
              {items.map((rule) => (
                <li key={rule.alias} className={classes.rule}>
                  <OneRule model={model} rule={rule} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

function OneRule({ model, rule }: { model: string; rule: Rule }) {
  const isOwn = rule.from === "model";
  return (
    <>
      <div>
        <b>
          <bdi title={rule.alias}>@{middle(rule.alias, 30)}</bdi>
        </b>
        {!isOwn && (
          <span className={classes.small}>
            {" "}
            by the{" "}
            <Link to="/settings/approvals" size="sm" underline="always">
              rule of the team
            </Link>
          </span>
        )}
        <RuleWords rule={rule} />
      </div>
      <span className={classes.buttons}>
        <RuleForm model={model} rule={rule} label={isOwn ? "Change" : "Set its own"} size="compact-xs" />
        {isOwn && <RemoveRule model={model} alias={rule.alias} />}
      </span>
    </>
  );
}

function RemoveRule({ model, alias }: { model: string; alias: string }) {
  const { team } = useSession();
  return (
    <Action
      label="Remove"
      variant="subtle"
      color="red"
      size="compact-xs"
      aria-label={`Remove the rule for @${alias}`}
      permission="approval:govern"
      team={team}
      cli={nounCommand("delete", "approval-rule", `${model}@${alias}`)}
      run={() => api.DELETE("/api/v1/models/{model}/approval-rules/{alias}", { params: { path: { model, alias } } })}
      ask={{
        title: `Remove the rule for @${middle(alias, 40)}?`,
        body: "The team's rule for this alias holds again. Without one, whoever may move aliases decides alone. Approvals that were given stay on record.",
        confirm: "Remove the rule",
      }}
      done={{ message: `@${middle(alias, 40)} has no rule of its own any more.` }}
    />
  );
}
