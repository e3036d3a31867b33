import { api } from "../../api/client";
import type { Feature } from "../../feature";
import { words } from "../../state/format";

export const feature: Feature = {
  name: "Runs",
  routes: [
    { path: "/runs/:run", load: () => import("./RunPage") },
    { path: "/runs/:run/:tab", load: () => import("./RunPage") },
  ],
  renewals: {
    run: ["/api/v1/runs"],
    // A new version or a moved alias shows on the run it came from.
    model: ["/api/v1/runs"],
    logged_model: ["/api/v1/runs"],
    artifact: ["/api/v1/runs"],
  },
  // An id pasted into the palette leads to its run; names are found in their experiment.
  search: async (text) => {
    if (!/^[0-9a-f]{32}$/.test(text)) return [];
    const { data } = await api.GET("/api/v1/runs/{run}", { params: { path: { run: text } } });
    return data
      ? [{ id: data.id, label: data.name, about: words(data.status.toLowerCase()), path: `/runs/${data.id}` }]
      : [];
  },
};
