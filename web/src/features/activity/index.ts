import { IconHistory } from "@tabler/icons-react";
import type { Feature } from "../../feature";

/** Every event renews the feed: the frame knows its address, so no kind of subject is named here. */
export const feature: Feature = {
  name: "Activity",
  routes: [{ path: "/activity", load: () => import("./ActivityPage") }],
  navigation: { label: "Activity", path: "/activity", icon: IconHistory, key: "a", order: 85 },
};
