import type { paths } from "../../api/schema";

/** Traffic of a service over time, as the API answers it. */
export type ServiceTraffic =
  paths["/api/v1/services/{service}/traffic"]["get"]["responses"][200]["content"]["application/json"];
