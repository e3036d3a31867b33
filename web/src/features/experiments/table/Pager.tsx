import { ActionIcon, Group, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconChevronsLeft } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { placeWords } from "./RunsTable";
import { PAGE_ROWS, type RunPage } from "./useRuns";
import type { RunView } from "./useRunView";

/** Leads through the pages. The address holds the place of the page, so a link leads to the same rows. */
export function Pager({ view, data }: { view: RunView; data: RunPage | undefined }) {
  // The server only says where the next page starts; the way back is what was walked. Another question is another way.
  const question = JSON.stringify([view.experiments, view.filter, view.sort, view.state]);
  const way = useRef<{ question: string; cursors: (string | undefined)[] }>({ question, cursors: [] });
  if (way.current.question !== question) way.current = { question, cursors: [] };
  useEffect(() => {
    way.current.cursors[view.page] = view.cursor;
  }, [view.page, view.cursor]);
  const go = (page: number, cursor: string | undefined) =>
    view.set({ page: page <= 1 ? undefined : String(page), cursor: page <= 1 ? undefined : cursor }, { push: true });
  const goBack = () => {
    const known = way.current.cursors[view.page - 1];
    go(known === undefined ? 1 : view.page - 1, known);
  };
  const next = data?.next_cursor ?? undefined;
  const buttons = [
    { label: "First page", Icon: IconChevronsLeft, isOff: view.page === 1, onClick: () => go(1, undefined) },
    { label: "Previous page", Icon: IconChevronLeft, isOff: view.page === 1, onClick: goBack },
    { label: "Next page", Icon: IconChevronRight, isOff: !next, onClick: () => go(view.page + 1, next) },
  ];
  return (
    <Group gap={4} wrap="nowrap">
      <Text size="sm" c="dimmed" role="status">
        {data ? placeWords((view.page - 1) * PAGE_ROWS, data.items.length, data.total ?? undefined) : ""}
      </Text>
      {buttons.map(({ label, Icon, isOff, onClick }) => (
        <ActionIcon key={label} variant="subtle" color="gray" aria-label={label} disabled={isOff} onClick={onClick}>
          <Icon size={17} aria-hidden />
        </ActionIcon>
      ))}
    </Group>
  );
}
