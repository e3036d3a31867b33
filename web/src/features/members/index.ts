import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Members",
  routes: [{ path: "/settings/members", load: () => import("./MembersPage") }],
  settings: { label: "Members", path: "/settings/members", order: 10 },
  renewals: { team: ["/api/v1/teams", "/api/v1/me"], member: ["/api/v1/teams", "/api/v1/me"] },
};
