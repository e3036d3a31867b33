import type { ReactNode } from "react";
import type { Schemas } from "../../../api/client";
import { bytes, count, middle } from "../../../state/format";
import { Facts } from "../../../widgets/Facts";
import { Link } from "../../../widgets/Link";
import { Panel } from "../../../widgets/Panel";
import { Person } from "../../../widgets/Person";
import { Status } from "../../../widgets/Status";
import { Time } from "../../../widgets/Time";
import classes from "../models.module.css";
import styles from "./card.module.css";
import { approvalWords, scanWords } from "./cardWords";

type Card = Schemas["Card"];

const text = (value: string | null | undefined, length = 80) =>
  value ? <bdi title={value}>{middle(value, length)}</bdi> : undefined;

/** What the card cannot vouch for comes first: it is what those who decide must ask about. */
export function Limits({ limits }: { limits: string[] }) {
  return (
    <Panel title="What nobody looked at">
      {limits.length === 0 ? (
        <p className={classes.hint}>Nothing is known to be missing.</p>
      ) : (
        <ul className={styles.limits}>
          {limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function About({ card }: { card: Card }) {
  return (
    <Panel title="The version">
      <Facts
        items={[
          ["Aliases", card.aliases.length > 0 && text(card.aliases.map((alias) => `@${alias}`).join(", "))],
          ["License", text(card.license)],
          ["Registered", <Time key="at" at={card.registered_at} />],
          ["By", card.registered_by && <Person actor={card.registered_by} />],
          [
            "Files",
            `${count(card.file_count)} ${card.file_count === 1 ? "file" : "files"}, ${bytes(card.bytes)}${card.digest ? "" : ", outside this server"}`,
          ],
          ["Digest", card.digest && <span className="mono">{card.digest}</span>],
          ["Loaded by", card.flavors.length > 0 && text(card.flavors.join(", "))],
          ["Python", text(card.python_version)],
          ["MLflow", text(card.mlflow_version)],
        ]}
      />
    </Panel>
  );
}

/** Where it comes from, as far as that is still there. Addresses that a run logged are text: nobody looked at them. */
export function Origin({ origin }: { origin: Card["origin"] }) {
  const { run, run_name: name, job, datasets } = origin;
  const datasetNames = datasets.map(({ name: data, digest, context }) => (
    <div key={`${data} ${digest} ${context}`}>
      <bdi title={data}>{middle(data, 40)}</bdi>{" "}
      <span className={classes.small}>
        {context && `${middle(context, 20)}, `}digest <bdi>{middle(digest, 16)}</bdi>
      </span>
    </div>
  ));
  return (
    <Panel title="Where it came from">
      {!run && !job && !origin.commit && datasets.length === 0 && (
        <p className={classes.hint}>It names no run, so that nothing is known of how it was trained.</p>
      )}
      <Facts
        items={[
          [
            "Run",
            run && (
              <Link to={`/runs/${encodeURIComponent(run)}`} size="sm" underline="always" title={run}>
                <bdi>{name ? middle(name, 40) : run.slice(0, 8)}</bdi>
              </Link>
            ),
          ],
          [
            "Job",
            job && (
              <Link to={`/jobs/${encodeURIComponent(job)}`} size="sm" underline="always" className="mono">
                {middle(job, 16)}
              </Link>
            ),
          ],
          ["Commit", origin.commit && <bdi className="mono">{middle(origin.commit, 44)}</bdi>],
          ["Repository", text(origin.repository)],
          ["Source", text(origin.source)],
          ["Data", datasets.length > 0 && datasetNames],
        ]}
      />
    </Panel>
  );
}

/** Who agreed, when it was in production, who signed it, and what a scan found. */
export function Governed({ card }: { card: Card }) {
  const { approvals, production, signature, scan } = card;
  return (
    <Panel title="Who vouches for it, and where it was used">
      <ul className={classes.list}>
        <Row title="Signature">
          {signature ? (
            <>
              <Status state={signature.fits ? "fits" : "does_not_fit"} /> signed by {text(signature.signed_by, 40)}{" "}
              <Time at={signature.signed_at} />
            </>
          ) : (
            "nobody signed it"
          )}
        </Row>
        <Row title="Scan">
          {scan && <Status state={scan.severity === "unknown" ? "unfamiliar" : scan.severity} />} {scanWords(scan)}
        </Row>
        {approvals.map((approval) => (
          <Row key={`${approval.alias} ${approval.person} ${approval.given_at}`} title="Approval">
            <bdi>{approvalWords(approval)}</bdi> <Time at={approval.given_at} />
            {[approval.comment, approval.revoked_because].filter(Boolean).map((said) => (
              <blockquote key={said} className={styles.quote}>
                <bdi>{said}</bdi>
              </blockquote>
            ))}
          </Row>
        ))}
        {approvals.length === 0 && <Row title="Approval">nobody approved it</Row>}
        {production.map(({ kind, name, from, until }) => (
          <Row key={`${kind} ${name} ${from}`} title="In production">
            {kind === "alias" ? "as " : "in the service "}
            <bdi title={name}>{kind === "alias" ? `@${middle(name, 40)}` : middle(name, 40)}</bdi> since{" "}
            <Time at={from} />
            {until ? (
              <>
                , until <Time at={until} />
              </>
            ) : (
              ", and still"
            )}
          </Row>
        ))}
        {production.length === 0 && <Row title="In production">never, by an alias or a service</Row>}
      </ul>
    </Panel>
  );
}

function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li className={styles.row}>
      <span className={styles.title}>{title}</span>
      <span>{children}</span>
    </li>
  );
}
