import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Platform",
  routes: [
    { path: "/settings/about", load: () => import("./AboutPage") },
    { path: "/settings/licenses", load: () => import("./LicensesPage") },
  ],
  settings: { label: "About", path: "/settings/about", order: 90 },
};
