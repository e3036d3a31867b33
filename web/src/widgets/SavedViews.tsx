import { Button, Menu } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import {
  IconBookmark,
  IconCheck,
  IconDeviceFloppy,
  IconLink,
  IconPencil,
  IconPlus,
  IconTrash,
  IconUsers,
} from "@tabler/icons-react";
import { useState } from "react";
import { middle } from "../state/format";
import { tell } from "./toast";
import { useViews } from "./views/useViews";
import { DeleteView, ViewForm } from "./views/ViewDialogs";

interface SavedViewsProps {
  /** Which page's views, such as `runs`. */
  page: string;
  /** Parameters of the address that a view keeps. Pass a stable list. */
  names: readonly string[];
  /** Parameters that make no sense in another view: the place in the pages. Pass a stable list. */
  dropped?: readonly string[];
}

type Dialog = "create" | "update" | "rename" | "delete" | undefined;

const NONE: readonly string[] = [];

/** What a page shows, kept under a name: for oneself, or shared with the team. */
export function SavedViews({ page, names, dropped = NONE }: SavedViewsProps) {
  const views = useViews(page, names, dropped);
  const [dialog, setDialog] = useState<Dialog>();
  const clipboard = useClipboard();
  const { current, isChanged } = views;
  const label = current ? `${middle(current.name, 22)}${isChanged ? ", changed" : ""}` : "Views";
  const copy = () => {
    const address = new URL(location.href);
    address.search = new URLSearchParams({ view: current?.id ?? "" }).toString();
    clipboard.copy(address.href);
    tell(
      current?.shared
        ? "The link to the view is copied."
        : "The link is copied. Share the view, else only you can open it.",
    );
  };
  return (
    <>
      <Menu position="bottom-end" withArrow width={260}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />} title={current?.name}>
            <bdi>{label}</bdi>
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
          {views.views.length > 0 && <Menu.Label>Saved views</Menu.Label>}
          {views.views.map((view) => (
            <Menu.Item
              key={view.id}
              leftSection={view.id === current?.id ? <IconCheck size={15} aria-hidden /> : <span />}
              rightSection={view.shared ? <IconUsers size={15} aria-label="shared with the team" /> : undefined}
              aria-current={view.id === current?.id || undefined}
              onClick={() => views.open(view)}
            >
              <bdi>{middle(view.name, 40)}</bdi>
            </Menu.Item>
          ))}
          {views.views.length > 0 && <Menu.Divider />}
          <Menu.Item leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setDialog("create")}>
            Save as a new view
          </Menu.Item>
          {current && (
            <>
              <Menu.Label>
                <bdi>{middle(current.name, 30)}</bdi>
              </Menu.Label>
              {isChanged && (
                <Menu.Item leftSection={<IconDeviceFloppy size={15} aria-hidden />} onClick={() => setDialog("update")}>
                  Save the changes
                </Menu.Item>
              )}
              {isChanged && <Menu.Item onClick={() => views.open(current)}>Back to how it was saved</Menu.Item>}
              <Menu.Item leftSection={<IconLink size={15} aria-hidden />} onClick={copy}>
                Copy the link
              </Menu.Item>
              <Menu.Item leftSection={<IconPencil size={15} aria-hidden />} onClick={() => setDialog("rename")}>
                Rename or share
              </Menu.Item>
              <Menu.Item
                leftSection={<IconTrash size={15} aria-hidden />}
                color="red"
                onClick={() => setDialog("delete")}
              >
                Delete
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog && dialog !== "delete" && (
        <ViewForm
          key={`${dialog} ${current?.id}`}
          mode={dialog}
          page={page}
          view={dialog === "create" ? undefined : current}
          query={dialog === "rename" ? (current?.query ?? "") : views.shown}
          team={views.team}
          onSaved={views.setCurrent}
          close={() => setDialog(undefined)}
        />
      )}
      {dialog === "delete" && current && (
        <DeleteView view={current} onDeleted={views.leave} close={() => setDialog(undefined)} />
      )}
    </>
  );
}
