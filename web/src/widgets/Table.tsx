import { Button, Table as MantineTable, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Table.module.css";

export interface Column<Row> {
  /** Unique; also the sort name in the address unless `sort` says another. */
  id: string;
  title: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Sortable by this name. */
  sort?: string;
  align?: "right";
  /** Not shown below this width: the most important columns stay on a phone. */
  from?: "sm" | "md" | "lg";
}

interface TableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** `name` ascending, `-name` descending. */
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  /** Shown instead of rows when there are none. */
  empty?: ReactNode;
  /** More rows can be asked for. */
  more?: { load: () => void; isLoading: boolean; label?: string } | undefined;
  isSelected?: (row: Row) => boolean;
}

/** A table of things: sorted by the server, paged by "show more", scrolling sideways inside itself on narrow screens. */
export function Table<Row>({ label, columns, rows, rowKey, sort, onSort, empty, more, isSelected }: TableProps<Row>) {
  if (rows.length === 0 && empty) return <>{empty}</>;
  const heading = (column: Column<Row>) => {
    if (!column.sort || !onSort) return column.title;
    const direction = sort === column.sort ? "ascending" : sort === `-${column.sort}` ? "descending" : "none";
    const Icon = direction === "ascending" ? IconArrowUp : direction === "descending" ? IconArrowDown : IconSelector;
    return (
      <UnstyledButton
        className={classes.sort}
        onClick={() => onSort(direction === "descending" ? (column.sort ?? "") : `-${column.sort}`)}
      >
        {column.title}
        <Icon size={14} aria-hidden />
      </UnstyledButton>
    );
  };
  const ariaSort = (column: Column<Row>) =>
    column.sort === undefined
      ? undefined
      : sort === column.sort
        ? "ascending"
        : sort === `-${column.sort}`
          ? "descending"
          : "none";
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so the keyboard must reach it. */}
      <section className={classes.scroll} tabIndex={0} aria-label={label}>
        <MantineTable className={classes.table} highlightOnHover verticalSpacing={7} horizontalSpacing="md">
          <MantineTable.Thead>
            <MantineTable.Tr>
              {columns.map((column) => (
                <MantineTable.Th
                  key={column.id}
                  data-align={column.align}
                  visibleFrom={column.from}
                  aria-sort={ariaSort(column)}
                  scope="col"
                >
                  {heading(column)}
                </MantineTable.Th>
              ))}
            </MantineTable.Tr>
          </MantineTable.Thead>
          <MantineTable.Tbody>
            {rows.map((row) => (
              <MantineTable.Tr key={rowKey(row)} data-selected={isSelected?.(row) || undefined}>
                {columns.map((column) => (
                  <MantineTable.Td key={column.id} data-align={column.align} visibleFrom={column.from}>
                    {column.cell(row)}
                  </MantineTable.Td>
                ))}
              </MantineTable.Tr>
            ))}
          </MantineTable.Tbody>
        </MantineTable>
      </section>
      {more && (
        <div className={classes.more}>
          <Button variant="default" size="compact-sm" onClick={more.load} loading={more.isLoading}>
            {more.label ?? "Show more"}
          </Button>
        </div>
      )}
    </>
  );
}
