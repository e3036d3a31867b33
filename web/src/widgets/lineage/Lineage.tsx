import { Box, SegmentedControl } from "@mantine/core";
import type { ReactNode } from "react";
import { useUrlState } from "../../state/url";
import { Panel } from "../Panel";
import type { Graph } from "./graph";
import { LineageGraph } from "./LineageGraph";
import { LineageList } from "./LineageList";

type Form = "drawing" | "list";

interface LineageProps {
  graph: Graph;
  /** Below the picture: what is missing in it. */
  children?: ReactNode;
  /** Beside the choice of the form. */
  aside?: ReactNode;
}

/** A lineage as a drawing or as a list. Where none was chosen, narrow screens get the list. */
export function Lineage({ graph, children, aside }: LineageProps) {
  const { get, set } = useUrlState();
  const chosen = (["drawing", "list"] as const).find((form) => form === get("as"));
  const choice = (form: Form, visible: { visibleFrom?: "sm"; hiddenFrom?: "sm" }) => (
    <SegmentedControl
      {...visible}
      size="xs"
      aria-label="How it is shown"
      value={form}
      onChange={(next) => set({ as: next })}
      data={[
        { value: "drawing", label: "Drawing" },
        { value: "list", label: "List" },
      ]}
    />
  );
  const drawing = (
    <LineageGraph graph={graph} label="Lineage, from data to services. The list says the same in words." />
  );
  const list = <LineageList graph={graph} label="Lineage in words" />;
  return (
    <Panel
      title="Lineage"
      aside={
        <>
          {aside}
          {chosen ? (
            choice(chosen, {})
          ) : (
            <>
              {choice("drawing", { visibleFrom: "sm" })}
              {choice("list", { hiddenFrom: "sm" })}
            </>
          )}
        </>
      }
    >
      {chosen === "drawing" && drawing}
      {chosen === "list" && list}
      {!chosen && (
        <>
          <Box visibleFrom="sm">{drawing}</Box>
          <Box hiddenFrom="sm">{list}</Box>
        </>
      )}
      {children}
    </Panel>
  );
}
