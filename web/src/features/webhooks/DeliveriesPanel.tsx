import { SegmentedControl } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api, type Schemas } from "../../api/client";
import { count, middle } from "../../state/format";
import { nounCommand } from "../../state/nounCommand";
import { useSession } from "../../state/session";
import { useUrlState } from "../../state/url";
import { Action } from "../../widgets/Action";
import { Empty } from "../../widgets/Empty";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { Status } from "../../widgets/Status";
import { type Column, Table } from "../../widgets/Table";
import { Time } from "../../widgets/Time";
import { DeliveryDetails } from "./DeliveryDetails";
import classes from "./webhooks.module.css";

type Delivery = Schemas["DeliveryItem"];

const PAGE = 50;
/** Deliveries are no events of their own: while some wait, the list is asked for again. */
const AGAIN_MILLIS = 4_000;
const STATES = [
  { value: "", label: "All" },
  { value: "waiting", label: "Waiting" },
  { value: "delivered", label: "Delivered" },
  { value: "given_up", label: "Given up" },
];

interface DeliveriesPanelProps {
  /** Id of the webhook. */
  webhook: string;
  /** What commands call it. */
  reference: string;
}

/** What was and is sent to a webhook, newest first; the chosen state stands in the address. */
export function DeliveriesPanel({ webhook, reference }: DeliveriesPanelProps) {
  const { get, set } = useUrlState();
  const chosen = STATES.find(({ value }) => value === get("state"))?.value ?? "";
  const deliveries = useInfiniteQuery({
    queryKey: ["get", "/api/v1/webhooks/{webhook}/deliveries", webhook, chosen],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(chosen ? { state: chosen } : {}), ...(pageParam ? { cursor: pageParam } : {}) };
      const params = { path: { webhook }, query };
      return (await api.GET("/api/v1/webhooks/{webhook}/deliveries", { params, signal })).data;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page?.next_cursor ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages[0]?.waiting ?? 0) > 0 ? AGAIN_MILLIS : false),
  });
  const waiting = deliveries.data?.pages[0]?.waiting ?? 0;
  return (
    <Panel
      title={waiting > 0 ? `Deliveries, ${count(waiting)} waiting` : "Deliveries"}
      flush
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Which deliveries"
          data={STATES}
          value={chosen}
          onChange={(state) => set({ state: state || undefined })}
        />
      }
    >
      <Loaded query={deliveries}>
        {(data) => (
          <Table
            label="Deliveries"
            columns={columnsOf(webhook, reference)}
            rows={data.pages.flatMap((page) => page?.items ?? [])}
            rowKey={({ id }) => id}
            empty={
              chosen === "" ? (
                <Empty title="Nothing was sent yet" command={nounCommand("test", "webhook", reference)}>
                  Deliveries stand here from the next event on, and for 30 days. To see at once whether it works, send
                  an example.
                </Empty>
              ) : (
                <Empty title="None is in this state" />
              )
            }
            more={
              deliveries.hasNextPage
                ? { load: () => void deliveries.fetchNextPage(), isLoading: deliveries.isFetchingNextPage }
                : undefined
            }
          />
        )}
      </Loaded>
    </Panel>
  );
}

function columnsOf(webhook: string, reference: string): Column<Delivery>[] {
  return [
    {
      id: "event",
      title: "Event",
      cell: ({ event, id }) => (
        <span className={classes.event} title={id}>
          <EventName event={event} />
        </span>
      ),
    },
    {
      id: "state",
      title: "State",
      cell: (delivery) => <Status state={delivery.state} why={delivery.error} />,
    },
    { id: "answer", title: "What came back", cell: (delivery) => <CameBack delivery={delivery} />, from: "sm" },
    {
      id: "attempts",
      title: "Attempts",
      align: "right",
      cell: ({ attempts }) => count(attempts),
      from: "md",
    },
    {
      id: "last",
      title: "Last attempt",
      cell: ({ last_attempt_at }) => (
        <span className={classes.line}>
          <Time at={last_attempt_at} />
        </span>
      ),
      from: "sm",
    },
    {
      id: "next",
      title: "Next",
      cell: ({ next_attempt_at }) => (
        <span className={classes.line}>
          <Time at={next_attempt_at} />
        </span>
      ),
      from: "md",
    },
    {
      id: "actions",
      title: "",
      align: "right",
      cell: (delivery) => (
        <span className={classes.buttons}>
          <DeliveryDetails webhook={webhook} reference={reference} delivery={delivery} />
          <Redeliver webhook={webhook} reference={reference} delivery={delivery} />
        </span>
      ),
    },
  ];
}

/** It breaks behind its period, if it must. */
function EventName({ event }: { event: string }) {
  const [entity = "", action] = event.split(/\.(.*)/s);
  if (action === undefined) return <>{entity}</>;
  return (
    <>
      {entity}.<wbr />
      {action}
    </>
  );
}

function CameBack({ delivery: { status, error } }: { delivery: Delivery }) {
  if (error) {
    return (
      <bdi className={classes.wide} title={error}>
        {middle(error, 120)}
      </bdi>
    );
  }
  return <>{typeof status === "number" ? `HTTP ${status}` : "–"}</>;
}

interface RedeliverProps {
  webhook: string;
  reference: string;
  delivery: Delivery;
}

function Redeliver({ webhook, reference, delivery: { id, event } }: RedeliverProps) {
  const { team } = useSession();
  return (
    <Action
      label="Send again"
      variant="subtle"
      size="compact-sm"
      permission="webhook:write"
      team={team}
      cli={nounCommand("update", "delivery", `${reference}/${id}`)}
      run={() =>
        api.POST("/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver", {
          params: { path: { webhook, delivery: id } },
        })
      }
      ask={{
        title: `Send ${event} again?`,
        body: "The same body goes out under the same delivery id, so that a receiver that had it can drop it. If it fails, it is tried again for about seven hours.",
        confirm: "Send it again",
      }}
      done={{ message: "It is sent again." }}
    />
  );
}
