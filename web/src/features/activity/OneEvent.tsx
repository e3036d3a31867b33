import { Button, Group } from "@mantine/core";
import { query } from "../../api/client";
import { useUrlState } from "../../state/url";
import { Empty } from "../../widgets/Empty";
import { EventSentence } from "../../widgets/EventSentence";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { EventDetail } from "./EventDetail";
import { useServiceNames } from "./EventFeed";

/** An event that the list does not show: a cause further back, or one that the filter leaves out. */
export function OneEvent({ seq }: { seq: number }) {
  const { set } = useUrlState();
  const names = useServiceNames();
  const found = query.useQuery("get", "/api/v1/events", { params: { query: { after: seq - 1, limit: 1 } } });
  const close = (
    <Button variant="subtle" size="compact-sm" onClick={() => set({ event: undefined })}>
      Close
    </Button>
  );
  return (
    <Panel title={`Event #${seq}`} aside={close}>
      <Loaded query={found}>
        {({ items }) => {
          const event = items.find((each) => each.seq === seq);
          if (!event) {
            return (
              <Empty title="This event is not here">
                It belongs to a team you are not in, or it was work that is kept for 90 days only.
              </Empty>
            );
          }
          return (
            <>
              <Group fz="sm" mb="xs">
                <EventSentence event={event} names={names} />
              </Group>
              <EventDetail event={event} />
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
