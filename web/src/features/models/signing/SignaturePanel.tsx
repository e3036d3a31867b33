import { Button, Group } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { problemOf } from "../../../api/problem";
import { withTeam } from "../../../api/team";
import { middle } from "../../../state/format";
import { verbCommand } from "../../../state/nounCommand";
import { CommandLine } from "../../../widgets/CommandLine";
import { Link } from "../../../widgets/Link";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { Status } from "../../../widgets/Status";
import { Time } from "../../../widgets/Time";
import classes from "../models.module.css";
import { Sign } from "./Sign";
import { fitSentence, unsignedSentence, VERIFY } from "./sentence";

const PATH = "/api/v1/models/{model}/versions/{version}/signature";
/** Shown of faults and of files; the command line has them all. */
const MOST = 50;

type Signature = Schemas["SignatureItem"];

/** Who vouches for the version's files, whether they are still those, and how anybody checks it elsewhere. */
export function SignaturePanel({ version }: { version: Schemas["VersionPage"] }) {
  const path = { model: version.model, version: String(version.version) };
  const reference = `${version.model}/${version.version}`;
  const [reads, setReads] = useState(false);
  const signature = useQuery({
    queryKey: ["get", PATH, path, reads],
    queryFn: async ({ signal }) => {
      try {
        return (await api.GET(PATH, { params: { path, query: reads ? { read: true } : {} }, signal })).data ?? null;
      } catch (error) {
        if (problemOf(error).code === "signatures.unsigned") return null;
        throw error;
      }
    },
    placeholderData: keepPreviousData,
  });
  const { data } = signature;
  // What the team's key signed already, and fits, signing again would leave as it is.
  const hasNew = data !== undefined && (data === null || !data.fits || data.key_state !== "current");
  return (
    <Panel
      title="Signature"
      aside={hasNew && <Sign path={path} reference={reference} label={data === null ? "Sign" : "Sign again"} />}
    >
      <Loaded query={signature} lines={3}>
        {(found) =>
          found ? (
            <Signed signature={found} readAll={() => setReads(true)} isReading={reads && signature.isFetching} />
          ) : (
            <Unsigned reference={reference} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Unsigned({ reference }: { reference: string }) {
  return (
    <>
      <p className={classes.facts}>
        Nobody signed this version. A signature lets everybody who gets its files check, without this server, that they
        are what your team released: deployers sign with a key of the team, and the unmodified{" "}
        <code>model-signing</code> of the OpenSSF verifies.
      </p>
      <CommandLine command={verbCommand("sign", reference, {})} />
    </>
  );
}

interface SignedProps {
  signature: Signature;
  readAll: () => void;
  isReading: boolean;
}

function Signed({ signature, readAll, isReading }: SignedProps) {
  const { fits, faults, unsigned, signed_by: by, signed_at: at, was_read: wasRead } = signature;
  const notSigned = unsignedSentence(signature);
  return (
    <>
      <p className={classes.facts}>
        <Status state={fits ? "fits" : "does_not_fit"} /> Signed <Time at={at} /> by{" "}
        <bdi title={by}>{middle(by, 40)}</bdi> with the key{" "}
        <Link to="/settings/signing-keys" size="sm" underline="always" title={signature.key}>
          <bdi>{middle(signature.key_name, 40)}</bdi>
        </Link>
        {signature.key_state === "retired" && ", which signs no more and stays good for what it signed"}.
      </p>
      <p className={fits ? classes.hint : classes.facts} aria-live="polite">
        {fitSentence(signature)}
      </p>
      {faults.length > 0 && (
        <ul className={classes.faults}>
          {faults.slice(0, MOST).map((fault) => (
            <li key={fault}>
              <bdi>{middle(fault, 300)}</bdi>
            </li>
          ))}
        </ul>
      )}
      {notSigned && (
        <details className={classes.small}>
          <summary>{notSigned}</summary>
          <ul>
            {unsigned.slice(0, MOST).map((file) => (
              <li key={file}>
                <bdi title={file}>{middle(file, 60)}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
      <Group gap="xs" my="sm">
        <Downloads signature={signature} />
        {!wasRead && (
          <Button size="compact-sm" variant="subtle" onClick={readAll} loading={isReading}>
            Read every byte
          </Button>
        )}
      </Group>
      <p className={classes.small}>
        Whoever downloaded the files checks them without this server. Give them <code>team.pem</code> by another way
        than the files: a key fetched from where the files came from proves little.
      </p>
      <CommandLine command={VERIFY} />
    </>
  );
}

function Downloads({ signature: { model, version, key } }: { signature: Signature }) {
  const bundle = `/api/v1/models/${encodeURIComponent(model)}/versions/${version}/signature/bundle`;
  return (
    <>
      {[
        ["model.sig", bundle],
        ["team.pem", `/api/v1/signing-keys/${encodeURIComponent(key)}/pem`],
      ].map(([name, path = ""]) => (
        <Button
          key={name}
          component="a"
          href={withTeam(path)}
          download={name}
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          aria-label={`Download ${name}`}
        >
          {name}
        </Button>
      ))}
    </>
  );
}
