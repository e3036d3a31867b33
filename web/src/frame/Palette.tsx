import { useDebouncedValue } from "@mantine/hooks";
import "@mantine/spotlight/styles.layer.css";
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import type { Feature, Found } from "../feature";
import { middle } from "../state/format";
import { useAddress } from "../state/url";
import { onPaletteOpen } from "./paletteState";

const [store, spotlight] = createSpotlight();

interface Entry extends Found {
  group: string;
}

function placesOf(features: Feature[]): Entry[] {
  const places = features.flatMap(({ navigation, settings }) => [
    ...(navigation
      ? [{ id: navigation.path, label: navigation.label, about: "Page", path: navigation.path, group: "Go to" }]
      : []),
    ...(settings
      ? [{ id: settings.path, label: settings.label, about: "Settings", path: settings.path, group: "Go to" }]
      : []),
  ]);
  const create = { id: "/new", label: "New project", about: "From a template", path: "/new", group: "Do" };
  const token = {
    id: "new-token",
    label: "Create a token",
    about: "For a program or another machine",
    path: "/settings/tokens?new=1",
    group: "Do",
  };
  return [create, token, ...places];
}

/** Asks every feature; one that fails does not hide what the others found. */
async function find(features: Feature[], text: string): Promise<Entry[]> {
  const searches = features
    .filter((feature) => feature.search)
    .map(async ({ name, search }) => ({ name, found: (await search?.(text)) ?? [] }));
  const settled = await Promise.allSettled(searches);
  return settled.flatMap((each) =>
    each.status === "fulfilled" ? each.value.found.map((found) => ({ ...found, group: each.value.name })) : [],
  );
}

/** Search for anything by name, and every place by a few letters (Ctrl K). */
export default function Palette({ features }: { features: Feature[] }) {
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text.trim(), 150);
  const [, navigate] = useLocation();
  const address = useAddress();
  // Loaded because somebody wanted it: it opens at once, and again whenever it is asked for.
  useEffect(() => {
    spotlight.open();
    return onPaletteOpen(spotlight.toggle);
  }, []);
  const answer = useQuery({
    queryKey: ["palette", settled],
    queryFn: () => find(features, settled),
    enabled: settled.length > 0,
    placeholderData: keepPreviousData,
  });
  const lowered = text.trim().toLowerCase();
  const places = placesOf(features).filter((place) => place.label.toLowerCase().includes(lowered));
  const entries = [...(lowered === "" ? [] : (answer.data ?? [])), ...places].slice(0, 30);
  const groups = [...new Set(entries.map((entry) => entry.group))];
  return (
    <Spotlight.Root
      store={store}
      query={text}
      onQueryChange={setText}
      shortcut={null}
      scrollable
      maxHeight={420}
      clearQueryOnClose
    >
      <Spotlight.Search placeholder="Search services, models, runs, jobs, pages" aria-label="Search" />
      <Spotlight.ActionsList>
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {entries
              .filter((entry) => entry.group === group)
              .map((entry) => (
                <Spotlight.Action
                  key={`${group} ${entry.id}`}
                  label={middle(entry.label, 70)}
                  description={entry.about}
                  onClick={() => navigate(address(entry.path))}
                />
              ))}
          </Spotlight.ActionsGroup>
        ))}
        {entries.length === 0 && (
          <Spotlight.Empty>{answer.isFetching ? "Searching" : "Nothing has this in its name"}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
