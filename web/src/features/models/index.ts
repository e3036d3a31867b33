import { IconBox } from "@tabler/icons-react";
import { api } from "../../api/client";
import type { Feature } from "../../feature";
import { count } from "../../state/format";

export const feature: Feature = {
  name: "Models",
  routes: [
    { path: "/models", load: () => import("./list/ModelsPage") },
    { path: "/models/:name", load: () => import("./model/ModelPage") },
    { path: "/models/:name/:version", load: () => import("./version/VersionPage") },
    { path: "/models/:name/:version/card", load: () => import("./card/CardPage") },
  ],
  navigation: { label: "Models", path: "/models", icon: IconBox, key: "m", order: 30 },
  renewals: { model: ["/api/v1/models"] },
  search: async (text) => {
    const { data } = await api.GET("/api/v1/models", { params: { query: { q: text, limit: 5 } } });
    return (data?.items ?? []).map((model) => ({
      id: model.name,
      label: model.name,
      about: model.latest_version ? `model, ${count(model.latest_version)} versions` : "model without a version",
      path: `/models/${encodeURIComponent(model.name)}`,
    }));
  },
};
