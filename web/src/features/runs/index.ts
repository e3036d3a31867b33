import { api } from "../../api/client";
import type { Feature } from "../../feature";
import { middle, words } from "../../state/format";

const RUN_ID = /^[0-9a-f]{32}$/;
/** What the palette shows of one kind. */
const MOST_FOUND = 5;

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
  search: async (text) => {
    // The language of filters has no way to write a quote inside a text.
    if (/['"`%\\]/.test(text)) return [];
    const filter = RUN_ID.test(text) ? `attributes.run_id IN ('${text}')` : `attributes.run_name ILIKE '%${text}%'`;
    const params = { query: { filter, columns: "none", limit: MOST_FOUND } };
    const { data } = await api.GET("/api/v1/runs", { params });
    return (data?.items ?? []).map((run) => ({
      id: run.id,
      label: run.name,
      about: `${words(run.status.toLowerCase())}, ${middle(run.experiment_name, 40)}`,
      path: `/runs/${encodeURIComponent(run.id)}`,
    }));
  },
};
