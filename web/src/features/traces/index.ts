import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Traces",
  routes: [
    { path: "/traces", load: () => import("./list/TracesPage") },
    { path: "/traces/:trace", load: () => import("./trace/TracePage") },
  ],
  renewals: { experiment: ["/api/v1/traces"] },
};
