import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Prices",
  routes: [{ path: "/settings/prices", load: () => import("./PricesPage") }],
  settings: { label: "Price book", path: "/settings/prices", order: 30 },
  renewals: { price: ["/api/v1/prices"] },
};
