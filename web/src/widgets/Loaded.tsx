import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Refusal } from "./Refusal";

/** Shows what a query brought; a skeleton before, the refusal with a way forward instead. Old data stays while new is fetched. */
export function Loaded<Data>({
  query,
  children,
  lines = 4,
}: {
  query: UseQueryResult<Data, unknown>;
  children: (data: Data) => ReactNode;
  lines?: number;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Refusal error={query.error} retry={() => void query.refetch()} />;
  return (
    <Stack gap="xs" role="status" aria-busy="true" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move.
        <Skeleton key={line} height={18} radius="sm" width={`${90 - ((line * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}
