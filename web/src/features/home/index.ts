import { IconHome } from "@tabler/icons-react";
import type { Feature } from "../../feature";
import HomePage from "./HomePage";

export const feature: Feature = {
  name: "Home",
  // The page most visits begin with comes with the frame: a piece of its own would be one more round trip before the first look.
  routes: [{ path: "/", load: () => Promise.resolve({ default: HomePage }) }],
  navigation: { label: "Home", path: "/", icon: IconHome, key: "h", order: 0 },
  renewals: {
    service: ["/api/v1/services", "/api/v1/rollouts"],
    rollout: ["/api/v1/services", "/api/v1/rollouts"],
    job: ["/api/v1/jobs"],
    project: ["/api/v1/projects"],
    experiment: ["/api/v1/experiments"],
    run: ["/api/v1/experiments"],
    model: ["/api/v1/models"],
  },
};
