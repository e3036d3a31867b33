import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Tokens",
  routes: [{ path: "/settings/tokens", load: () => import("./TokensPage") }],
  settings: { label: "Tokens", path: "/settings/tokens", order: 20 },
  renewals: { token: ["/api/v1/tokens"] },
};
