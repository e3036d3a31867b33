import { IconFlask } from "@tabler/icons-react";
import { api } from "../../api/client";
import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Experiments",
  routes: [
    { path: "/experiments", load: () => import("./list/ExperimentsPage") },
    { path: "/experiments/:experiment", load: () => import("./RunsPage") },
    { path: "/runs", load: () => import("./RunsPage") },
  ],
  navigation: { label: "Experiments", path: "/experiments", icon: IconFlask, key: "e", order: 20 },
  renewals: {
    experiment: ["/api/v1/experiments", "/api/v1/runs"],
    // A run that begins or ends changes its experiment's row too.
    run: ["/api/v1/experiments", "/api/v1/runs"],
    view: ["/api/v1/views"],
  },
  search: async (text) => {
    const { data } = await api.GET("/api/v1/experiments", { params: { query: { q: text, limit: 5 } } });
    return (data?.items ?? []).map((experiment) => ({
      id: experiment.id,
      label: experiment.name,
      about: "Experiment",
      path: `/experiments/${encodeURIComponent(experiment.id)}`,
    }));
  },
};
