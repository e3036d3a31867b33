import { AppShell } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Notifications } from "@mantine/notifications";
import { type ComponentType, lazy, Suspense } from "react";
import { Route, Switch, useLocation } from "wouter";
import type { Feature } from "../feature";
import { useTeamOfRequests } from "../state/teamOfRequests";
import { Loaded } from "../widgets/Loaded";
import { Boundary } from "./Boundary";
import { Header } from "./Header";
import { Missing } from "./Missing";
import { Navigation } from "./Navigation";
import { Overlays } from "./Overlays";
import { StaleBanner } from "./StaleBanner";
import { useShortcuts } from "./shortcuts";

interface LoadedRoute {
  path: string;
  Component: ComponentType;
}

const loaded = new Map<string, LoadedRoute>();

/** Each page's code comes with its first visit. */
function routesOf(features: Feature[]): LoadedRoute[] {
  return features.flatMap((feature) =>
    feature.routes.map(({ path, load }) => {
      const known = loaded.get(path) ?? { path, Component: lazy(load) };
      loaded.set(path, known);
      return known;
    }),
  );
}

const LOADING = <Loaded query={{ data: undefined, error: null } as never}>{() => null}</Loaded>;

/** What stands around every page. */
export function Frame({ features }: { features: Feature[] }) {
  const [navigationOpen, navigation] = useDisclosure(false);
  const [location] = useLocation();
  useShortcuts(features);
  useTeamOfRequests();
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <Notifications position="bottom-right" containerWidth={420} />
      <Overlays features={features} />
      <AppShell
        header={{ height: 52 }}
        navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !navigationOpen } }}
        padding="md"
      >
        <AppShell.Header>
          <Header navigationOpen={navigationOpen} toggleNavigation={navigation.toggle} />
        </AppShell.Header>
        <AppShell.Navbar aria-label="Main">
          <Navigation features={features} onNavigate={navigation.close} />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <StaleBanner />
          <Boundary key={location}>
            <Suspense fallback={LOADING}>
              <Switch>
                {routesOf(features).map(({ path, Component }) => (
                  <Route key={path} path={path} component={Component} />
                ))}
                <Route component={Missing} />
              </Switch>
            </Suspense>
          </Boundary>
        </AppShell.Main>
      </AppShell>
    </>
  );
}
