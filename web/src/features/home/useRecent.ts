import { query } from "../../api/client";
import { useGoingOn } from "../../state/attention";
import { NOTABLE_KINDS } from "../../state/eventKinds";
import { useScope } from "../../state/url";
import { isReleased } from "./steps";

/** Enough to fill the list, and on a young platform to know everything that was ever done. */
const LIMIT = 100;

/** What changed lately. Until the first release runs count too: the first steps tick from the same answer, which spares their own questions. */
export function useRecent() {
  const { team, project } = useScope();
  const { services, rollouts, isLoading } = useGoingOn();
  const kinds = isReleased({ services, rollouts }) ? NOTABLE_KINDS : [...NOTABLE_KINDS, "RunCreated"];
  return query.useQuery(
    "get",
    "/api/v1/activity",
    { params: { query: { team, project, kind: kinds.join(","), limit: LIMIT } } },
    { placeholderData: (before) => before, enabled: !isLoading },
  );
}
