import { IconPlayerPlay } from "@tabler/icons-react";
import { api } from "../../api/client";
import type { Feature } from "../../feature";
import { words } from "../../state/format";

export const feature: Feature = {
  name: "Jobs",
  routes: [
    { path: "/jobs", load: () => import("./JobsPage") },
    { path: "/jobs/:id", load: () => import("./JobPage") },
  ],
  navigation: { label: "Jobs", path: "/jobs", icon: IconPlayerPlay, key: "j", order: 50 },
  renewals: { job: ["/api/v1/jobs"] },
  search: async (text) => {
    const { data } = await api.GET("/api/v1/jobs", { params: { query: { q: text, limit: 5 } } });
    return (data?.items ?? []).map((job) => ({
      id: job.id,
      label: `${job.project}/${job.name}`,
      about: `${words(job.state)}, ${new Date(job.created_at).toLocaleString()}`,
      path: `/jobs/${job.id}`,
    }));
  },
};
