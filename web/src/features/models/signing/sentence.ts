import type { Schemas } from "../../../api/client";
import { count } from "../../../state/format";

type Signature = Pick<Schemas["SignatureItem"], "fits" | "was_read" | "files" | "unsigned">;

const files = (number: number) => (number === 1 ? "1 file" : `${count(number)} files`);

/** What was compared, and what came of it. */
export function fitSentence({ fits, was_read: wasRead, files: signed }: Signature): string {
  if (!fits) return "It does not vouch for the files of this version:";
  return wasRead
    ? `Every byte of ${signed === 1 ? "the" : "all"} ${files(signed)} was read: they are what was signed.`
    : `The ${files(signed)} it is about are stored under the digests that were signed.`;
}

/** Files that verifiers never look at. */
export function unsignedSentence({ unsigned }: Signature): string | undefined {
  if (unsigned.length === 0) return undefined;
  return `${files(unsigned.length)} that verifiers never look at ${unsigned.length === 1 ? "is" : "are"} not signed`;
}

/** How anybody checks the files that were downloaded, without this server. */
export const VERIFY =
  "pip install model-signing pyOpenSSL\nmodel_signing verify key DOWNLOADED \\\n  --signature model.sig --public_key team.pem";
