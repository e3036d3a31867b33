import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Signing keys",
  routes: [{ path: "/settings/signing-keys", load: () => import("./SigningKeysPage") }],
  settings: { label: "Signing keys", path: "/settings/signing-keys", order: 33 },
  renewals: { signing_key: ["/api/v1/signing-keys", "/api/v1/models/{model}/versions/{version}/signature"] },
};
