import { IconCoin } from "@tabler/icons-react";
import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Cost",
  routes: [{ path: "/costs", load: () => import("./CostsPage") }],
  navigation: { label: "Cost", path: "/costs", icon: IconCoin, key: "$", order: 80 },
  renewals: { price: ["/api/v1/costs"] },
};
