import { Facts } from "../../widgets/Facts";
import { keptWords, type Toll, tollWords } from "./toll";

/** What a policy takes at its next pass, counted by the server without changing anything. */
export function Forecast({ policy }: { policy: { next_deleted: Toll; next_purged: Toll } }) {
  const { next_deleted: deleted, next_purged: purged } = policy;
  return (
    <div aria-live="polite">
      <Facts
        items={[
          ["Next deleted", tollWords(deleted)],
          ["Next purged", tollWords(purged)],
          ["Kept", keptWords(deleted.kept >= purged.kept ? deleted : purged)],
        ]}
      />
    </div>
  );
}
