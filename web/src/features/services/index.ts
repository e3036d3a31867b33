import { IconServer } from "@tabler/icons-react";
import { api } from "../../api/client";
import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Services",
  routes: [
    { path: "/services", load: () => import("./list/ServicesPage") },
    { path: "/services/:service", load: () => import("./ServicePage") },
    { path: "/services/:service/:tab", load: () => import("./TabRedirect") },
  ],
  navigation: { label: "Services", path: "/services", icon: IconServer, key: "s", order: 10 },
  renewals: {
    service: ["/api/v1/services", "/api/v1/traffic"],
    // A rollout changes its service: traffic, health, last change.
    rollout: ["/api/v1/services", "/api/v1/rollouts", "/api/v1/traffic"],
  },
  search: async (text) => {
    const { data } = await api.GET("/api/v1/services", { params: { query: { limit: 1000 } } });
    const lowered = text.toLowerCase();
    const hits = (data?.items ?? []).filter((service) => service.name.includes(lowered)).slice(0, 5);
    return hits.map((service) => ({
      id: service.name,
      label: service.name,
      about: `${service.health}, ${service.model ?? "no model yet"}, team ${service.team}`,
      path: `/services/${encodeURIComponent(service.name)}`,
    }));
  },
};
