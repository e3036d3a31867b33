import { IconCheck, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { query, type Schemas } from "../../../api/client";
import { measure, middle } from "../../../state/format";
import { approversWords } from "../../../widgets/approvals/rules";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { Status } from "../../../widgets/Status";
import { type Column, Table } from "../../../widgets/Table";
import { Time } from "../../../widgets/Time";
import classes from "../models.module.css";
import { Approve } from "./Approve";
import { TakeBack, type VersionPath } from "./TakeBack";

type Approval = Schemas["ApprovalItem"];
type Standing = Schemas["AliasState"];

/** What aliases ask of the version, what is still missing, and who agreed. */
export function ApprovalsPanel({ version }: { version: Schemas["VersionPage"] }) {
  const path = { model: version.model, version: String(version.version) };
  const reference = `${version.model}/${version.version}`;
  const approvals = query.useQuery("get", "/api/v1/models/{model}/versions/{version}/approvals", { params: { path } });
  const standings = approvals.data?.aliases ?? [];
  return (
    <Panel
      title="Approvals"
      flush
      aside={
        approvals.data && <Approve path={path} reference={reference} aliases={standings.map(({ alias }) => alias)} />
      }
    >
      <div className={classes.inset}>
        <Loaded query={approvals} lines={3}>
          {({ aliases }) =>
            aliases.length === 0 ? (
              <p className={classes.hint}>
                No alias of this model asks for anything before it names a version.{" "}
                <Link to={`/models/${encodeURIComponent(version.model)}`} size="sm" underline="always">
                  Set a rule on the model
                </Link>{" "}
                to ask for measurements or for the approval of others.
              </p>
            ) : (
              <ul className={classes.list}>
                {aliases.map((standing) => (
                  <li key={standing.alias} className={classes.rule}>
                    <OneStanding standing={standing} isNamed={version.aliases.includes(standing.alias)} />
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
      {approvals.data && approvals.data.items.length > 0 && (
        <Table
          label="Who approved"
          columns={columnsOf(path, reference)}
          rows={approvals.data.items}
          rowKey={({ id }) => id}
        />
      )}
    </Panel>
  );
}

function OneStanding({ standing, isNamed }: { standing: Standing; isNamed: boolean }) {
  const people = approversWords(standing.approvers);
  const given = standing.approved_by.map((name) => middle(name, 30)).join(", ");
  return (
    <div>
      <b>
        <bdi title={standing.alias}>@{middle(standing.alias, 30)}</bdi>
      </b>{" "}
      <Status
        state={standing.met ? "met" : "not_met"}
        label={
          standing.met ? (isNamed ? "names it" : "may name it") : isNamed ? "names it, asks for more" : "asks for more"
        }
      />
      <ul className={classes.asked}>
        {standing.conditions.map(({ condition, measured, holds }) => (
          <Asked key={condition} holds={holds}>
            <bdi className="mono">{condition}</bdi>
            {typeof measured === "number" ? `: it is ${measure(measured)}` : ": not measured, or no number"}
          </Asked>
        ))}
        {people && (
          <Asked holds={standing.approved_by.length >= standing.approvers}>
            {people}: {given === "" ? "nobody yet" : <bdi>{given}</bdi>}
            {standing.approvers > 1 && ` (${standing.approved_by.length} of ${standing.approvers})`}
          </Asked>
        )}
      </ul>
      {standing.missing !== "" && (
        <p className={classes.small}>
          Still missing: <bdi>{standing.missing}</bdi>
        </p>
      )}
    </div>
  );
}

/** One thing that is asked for; whether it is there is told by an icon with a word. */
function Asked({ holds, children }: { holds: boolean; children: ReactNode }) {
  const Icon = holds ? IconCheck : IconX;
  return (
    <li data-holds={holds}>
      <Icon size={15} stroke={2.4} role="img" aria-label={holds ? "holds" : "missing"} />
      <span>{children}</span>
    </li>
  );
}

function columnsOf(path: VersionPath, reference: string): Column<Approval>[] {
  return [
    {
      id: "person",
      title: "Who",
      cell: ({ person }) => (
        <bdi className={classes.line} title={person}>
          {middle(person, 24)}
        </bdi>
      ),
    },
    {
      id: "alias",
      title: "As",
      cell: ({ alias }) => (
        <bdi className={classes.line} title={alias}>
          @{middle(alias, 24)}
        </bdi>
      ),
    },
    { id: "state", title: "State", cell: ({ state }) => <Status state={state} /> },
    {
      id: "comment",
      title: "What was said",
      cell: (approval) => <Said approval={approval} />,
    },
    {
      id: "at",
      title: "When",
      cell: ({ given_at }) => (
        <span className={classes.line}>
          <Time at={given_at} />
        </span>
      ),
      from: "sm",
    },
    {
      id: "revoke",
      title: "",
      align: "right",
      cell: (approval) =>
        approval.state === "given" && <TakeBack path={path} reference={reference} approval={approval} />,
    },
  ];
}

function Said({ approval }: { approval: Approval }) {
  const { comment, revoked_because: because, revoked_at: at } = approval;
  return (
    <span className={classes.wide}>
      <bdi className={classes.said} title={comment}>
        {comment}
      </bdi>
      {because && (
        <span className={classes.small}>
          Ended <Time at={at} />: <bdi>{because}</bdi>
        </span>
      )}
      {!comment && !because && "–"}
    </span>
  );
}
