import { Stack, Text } from "@mantine/core";
import type { Schemas } from "../../api/client";
import { CommandLine } from "../../widgets/CommandLine";
import { Facts } from "../../widgets/Facts";
import { Status } from "../../widgets/Status";
import { termFacts, termsOf } from "./terms";

/** What was agreed, whether the split worked, and that the numbers follow from the counts. */
export function Record({ explained }: { explained: Schemas["ExplanationView"] }) {
  const { rollout, bars, replayed, replayed_log_e_assignment, equal, looks } = explained;
  const isSplitSound = replayed_log_e_assignment < bars.assignment;
  return (
    <Stack gap="md">
      <Facts
        items={[
          ...termFacts(termsOf(explained.terms), replayed, bars.alpha),
          [
            "Split of the traffic",
            <Status
              key="split"
              state={isSplitSound ? "ok" : "failed"}
              label={isSplitSound ? "as the shares say" : "not as the shares say: no verdict is possible"}
            />,
          ],
          [
            "Replayed",
            <Status
              key="replay"
              state={equal ? "ok" : "failed"}
              label={equal ? "from the counts just now: equal" : "from the counts just now: not equal"}
            />,
          ],
          ["Looks kept", `${looks}`],
        ]}
      />
      <Text size="sm" c="dimmed">
        The record is never changed. Anybody can compute it once more from the counts:
      </Text>
      <CommandLine command={`roadbed explain rollout ${rollout.id}`} label="Copy as CLI" />
    </Stack>
  );
}
