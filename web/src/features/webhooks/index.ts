import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Webhooks",
  routes: [
    { path: "/settings/webhooks", load: () => import("./WebhooksPage") },
    { path: "/settings/webhooks/:webhook", load: () => import("./WebhookPage") },
  ],
  settings: { label: "Webhooks", path: "/settings/webhooks", order: 37 },
  renewals: {
    webhook: ["/api/v1/webhooks"],
    // What is told of makes deliveries.
    model: ["/api/v1/webhooks"],
    approval_rule: ["/api/v1/webhooks"],
  },
};
