import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Retention",
  routes: [{ path: "/settings/retention", load: () => import("./RetentionPage") }],
  settings: { label: "Retention", path: "/settings/retention", order: 35 },
  renewals: { retention: ["/api/v1/retention", "/api/v1/purge"], run: ["/api/v1/purge"] },
};
