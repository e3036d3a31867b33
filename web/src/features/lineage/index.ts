import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Lineage",
  routes: [{ path: "/models/:name/:version/lineage", load: () => import("./LineagePage") }],
  renewals: { model: ["/api/v1/models"], service: ["/api/v1/models"], rollout: ["/api/v1/models"] },
};
