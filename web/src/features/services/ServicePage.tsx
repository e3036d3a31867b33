import { Skeleton, Tabs } from "@mantine/core";
import { type ComponentType, lazy, Suspense } from "react";
import { useParams } from "wouter";
import { query, type Schemas } from "../../api/client";
import { useUrlState } from "../../state/url";
import { Loaded } from "../../widgets/Loaded";
import { Page } from "../../widgets/Page";
import { isOpen } from "../../widgets/rollouts/words";
import { Status } from "../../widgets/Status";
import { useTabInView } from "../../widgets/useTabInView";
import { RolloutBar } from "./header/RolloutBar";
import { ServiceActions } from "./header/ServiceActions";
import { ServiceFacts } from "./header/ServiceFacts";
import classes from "./ServicePage.module.css";

export interface TabProps {
  service: Schemas["ServiceView"];
}

interface Tab {
  id: string;
  label: string;
  Content: ComponentType<TabProps>;
}

/** A tab's code comes when it is first opened. */
const TABS: Tab[] = [
  { id: "overview", label: "Overview", Content: lazy(() => import("./overview/OverviewTab")) },
  { id: "rollouts", label: "Rollouts", Content: lazy(() => import("./RolloutsTab")) },
  { id: "try", label: "Try it", Content: lazy(() => import("./try/TryTab")) },
  { id: "revisions", label: "Revisions", Content: lazy(() => import("./revisions/RevisionsTab")) },
  { id: "settings", label: "Settings", Content: lazy(() => import("./settings/SettingsTab")) },
  { id: "cost", label: "Cost", Content: lazy(() => import("./CostTab")) },
  { id: "activity", label: "Activity", Content: lazy(() => import("./ActivityTab")) },
];

/** Parameters that belong to one tab; another one must not read them. */
const OF_TABS = {
  from: undefined,
  to: undefined,
  at: undefined,
  q: undefined,
  sort: undefined,
  latency: undefined,
  kind: undefined,
};

/** One service: how it is, what it serves, what changed, and everything that can be done to it. */
export default function ServicePage() {
  const { service: name = "" } = useParams();
  const service = query.useQuery(
    "get",
    "/api/v1/services/{service}",
    { params: { path: { service: name } } },
    { refetchInterval: 5_000 },
  );
  const rollouts = query.useQuery("get", "/api/v1/services/{service}/rollouts", {
    params: { path: { service: name }, query: { limit: 1 } },
  });
  const latest = rollouts.data?.items[0];
  const crumbs = [{ label: "Services", to: "/services" }];
  if (!service.data)
    return (
      <Page title={name} crumbs={crumbs}>
        <Loaded query={service} lines={8}>
          {() => null}
        </Loaded>
      </Page>
    );
  return (
    <Page
      title={name}
      crumbs={crumbs}
      beside={
        <>
          <span className={classes.kind}>service</span>
          <Status state={service.data.health} why={service.data.health_reason} />
        </>
      }
      facts={<ServiceFacts service={service.data} latest={latest} />}
      actions={<ServiceActions service={service.data} rollout={latest} />}
    >
      {latest && isOpen(latest) && <RolloutBar rollout={latest} />}
      <ServiceTabs service={service.data} />
    </Page>
  );
}

function ServiceTabs({ service }: TabProps) {
  const { get, set } = useUrlState();
  const first = TABS[0]?.id ?? "";
  const asked = get("tab") ?? first;
  const chosen = TABS.find(({ id }) => id === asked) ?? TABS[0];
  const row = useTabInView<HTMLDivElement>(chosen?.id ?? first);
  const choose = (next: string | null) =>
    set({ ...OF_TABS, tab: next === first ? undefined : (next ?? undefined) }, { push: true });
  const waiting = (
    <div className={classes.waiting} role="status" aria-busy="true" aria-label="Loading">
      <Skeleton height={240} radius="md" />
    </div>
  );
  return (
    <Tabs value={chosen?.id ?? first} onChange={choose} keepMounted={false}>
      <Tabs.List ref={row} className="tab-row">
        {TABS.map(({ id, label }) => (
          <Tabs.Tab key={id} value={id}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {TABS.map(({ id, Content }) => (
        <Tabs.Panel key={id} value={id} pt="md">
          <Suspense fallback={waiting}>
            <Content service={service} />
          </Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
