import { Button, Menu } from "@mantine/core";
import { IconBookmark, IconPlus, IconTrash, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { query, type Schemas } from "../../api/client";
import { middle } from "../../state/format";
import { useSession } from "../../state/session";
import { useUrlState } from "../../state/url";
import { DeleteView, ViewForm } from "../../widgets/views/ViewDialogs";
import { queryToSave, type Selection } from "./data/selection";

interface SaveComparisonProps {
  selection: Selection;
  /** The view that the address names. */
  current: Schemas["SavedViewView"] | undefined;
  /** Shows another saved comparison: its runs and how they were looked at. */
  onOpen: (view: Schemas["SavedViewView"]) => void;
}

/** Comparisons kept under a name: which runs, and how they are looked at. */
export function SaveComparison({ selection, current, onOpen }: SaveComparisonProps) {
  const { search, set } = useUrlState();
  const { team } = useSession();
  const [dialog, setDialog] = useState<"save" | "delete" | undefined>();
  const views = query.useQuery("get", "/api/v1/views", { params: { query: { page: "compare", limit: 200 } } });
  const items = views.data?.items ?? [];
  return (
    <>
      <Menu position="bottom-end" withArrow width={280}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />} title={current?.name}>
            <bdi>{current ? middle(current.name, 24) : "Views"}</bdi>
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
          {items.length > 0 && <Menu.Label>Saved comparisons</Menu.Label>}
          {items.map((view) => (
            <Menu.Item
              key={view.id}
              aria-current={view.id === current?.id || undefined}
              rightSection={view.shared ? <IconUsers size={15} aria-label="shared with the team" /> : undefined}
              onClick={() => onOpen(view)}
            >
              <bdi>{middle(view.name, 40)}</bdi>
            </Menu.Item>
          ))}
          {items.length > 0 && <Menu.Divider />}
          <Menu.Item leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setDialog("save")}>
            Save this comparison
          </Menu.Item>
          {current?.mine && (
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={15} aria-hidden />}
              onClick={() => setDialog("delete")}
            >
              Delete {middle(current.name, 24)}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog === "save" && (
        <ViewForm
          mode="create"
          page="compare"
          view={undefined}
          query={queryToSave(search, selection)}
          team={team}
          onSaved={(view) => set({ view: view.id, runs: undefined })}
          close={() => setDialog(undefined)}
        />
      )}
      {dialog === "delete" && current && (
        <DeleteView
          view={current}
          onDeleted={() => set({ view: undefined, runs: selection.by === "ids" ? selection.ids.join(",") : undefined })}
          close={() => setDialog(undefined)}
        />
      )}
    </>
  );
}
