import type { Feature } from "../../feature";

const SERVICES = ["/api/v1/services", "/api/v1/rollouts"];

export const feature: Feature = {
  name: "New project",
  routes: [
    { path: "/new", load: () => import("./NewPage") },
    { path: "/new/progress", load: () => import("./ProgressPage") },
  ],
  renewals: {
    project: ["/api/v1/projects"],
    job: ["/api/v1/jobs"],
    run: ["/api/v1/runs"],
    model: ["/api/v1/models", "/api/v1/runs"],
    service: SERVICES,
    rollout: SERVICES,
  },
};
