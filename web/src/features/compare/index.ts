import type { Feature } from "../../feature";

/** Runs side by side. It is reached from lists of runs, so it has no place in the navigation. */
export const feature: Feature = {
  name: "Compare",
  routes: [{ path: "/compare", load: () => import("./ComparePage") }],
  renewals: { run: ["/api/v1/runs"], view: ["/api/v1/views"] },
};
