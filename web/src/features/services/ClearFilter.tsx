import { Button } from "@mantine/core";
import { useUrlState } from "../../state/url";

/** Drops these parameters of the address, so that everything is shown again. */
export function ClearFilter({ names, label = "Clear the filter" }: { names: string[]; label?: string }) {
  const { set } = useUrlState();
  const clear = () => set(Object.fromEntries(names.map((name) => [name, undefined])), { push: true });
  return (
    <Button variant="default" onClick={clear}>
      {label}
    </Button>
  );
}
