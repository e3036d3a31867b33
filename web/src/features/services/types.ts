import type { paths } from "../../api/schema";

/** Traffic of a service over time, as the API answers it. */
export type ServiceTraffic =
  paths["/api/v1/services/{service}/traffic"]["get"]["responses"][200]["content"]["application/json"];

/** What one object spent, as the bill says it. */
export type CostLine = paths["/api/v1/costs"]["get"]["responses"][200]["content"]["application/json"]["lines"][number];
