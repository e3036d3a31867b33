import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Approvals",
  routes: [{ path: "/settings/approvals", load: () => import("./ApprovalsPage") }],
  settings: { label: "Approvals", path: "/settings/approvals", order: 32 },
  renewals: {
    approval_rule: ["/api/v1/approval-rules", "/api/v1/models"],
    model: ["/api/v1/approvals"],
    // What was measured decides whether conditions hold.
    run: ["/api/v1/models/{model}/versions/{version}/approvals"],
  },
};
