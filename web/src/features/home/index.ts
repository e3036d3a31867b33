import { IconHome } from "@tabler/icons-react";
import type { Feature } from "../../feature";

export const feature: Feature = {
  name: "Home",
  routes: [{ path: "/", load: () => import("./HomePage") }],
  navigation: { label: "Home", path: "/", icon: IconHome, key: "h", order: 0 },
};
