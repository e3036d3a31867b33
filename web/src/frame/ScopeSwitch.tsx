import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { query } from "../api/client";
import { middle } from "../state/format";
import { useScope } from "../state/url";
import classes from "./frame.module.css";

/** Chooses whose things the pages show: all, one team, one project. Kept in the address. */
export function ScopeSwitch() {
  const { team, project, set } = useScope();
  const [opened, setOpened] = useState(false);
  const projects = query.useQuery(
    "get",
    "/api/v1/projects",
    { params: { query: { limit: 200 } } },
    // Asked for when somebody looks: a page's first look has enough to load.
    { staleTime: 60_000, enabled: opened },
  );
  const items = projects.data?.items ?? [];
  const teams = [...new Set(items.map((item) => item.team))].sort();
  const shown = project ?? team ?? "All projects";
  return (
    <Menu position="bottom-start" width={260} shadow="md" opened={opened} onChange={setOpened}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={`Project: ${shown}`}
          className={classes.scope}
        >
          <bdi>{middle(shown, 18)}</bdi>
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        <Menu.Item onClick={() => set({ team: undefined, project: undefined }, { push: true })}>All projects</Menu.Item>
        {teams.map((name) => (
          <div key={name}>
            <Menu.Divider />
            <Menu.Item onClick={() => set({ team: name, project: undefined }, { push: true })}>
              Team <bdi>{middle(name, 40)}</bdi>
            </Menu.Item>
            {items
              .filter((item) => item.team === name)
              .map((item) => (
                <Menu.Item
                  key={item.id}
                  pl="xl"
                  onClick={() => set({ team: name, project: item.name }, { push: true })}
                >
                  <bdi>{middle(item.name, 40)}</bdi>
                </Menu.Item>
              ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
