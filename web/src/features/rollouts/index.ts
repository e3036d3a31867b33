import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Rollouts",
  routes: [
    { path: "/rollouts", load: () => import("./RolloutsPage") },
    { path: "/services/:service/rollouts/:id", load: () => import("./RolloutPage") },
  ],
  renewals: { rollout: ["/api/v1/rollouts"] },
};
