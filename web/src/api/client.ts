import createFetchClient, { type Middleware } from "openapi-fetch";
import createQueryClient from "openapi-react-query";
import { Problem } from "./problem";
import type { components, paths } from "./schema";
import { teamHeader } from "./team";

/** Wire types of the API, by the names of its document. */
export type Schemas = components["schemas"];

/** Where people go on after they logged in; the login page reads it. */
const RETURN_KEY = "roadbed.return";

/** Sends the visitor to the login page, which leads back to where they were. */
export function goToLogin(): void {
  try {
    localStorage.setItem(RETURN_KEY, location.pathname + location.search);
  } catch {
    // Without storage the login page leads to Home.
  }
  location.assign("/login");
}

const problems: Middleware = {
  onRequest({ request, schemaPath }) {
    for (const [name, value] of Object.entries(teamHeader(schemaPath))) request.headers.set(name, value);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return undefined;
    if (response.status === 401) goToLogin();
    throw await Problem.of(response);
  },
  onError({ error }) {
    return error instanceof Problem ? error : Problem.unreachable(error);
  },
};

/** The API with its types: `api.GET("/api/v1/services")`. Every answer that is no success is thrown as a {@link Problem}. */
export const api = createFetchClient<paths>({ baseUrl: "", credentials: "same-origin" });
api.use(problems);

/** The API as queries: `query.useQuery("get", "/api/v1/services")`. Keys start with method and path, so news can renew them. */
export const query = createQueryClient(api);

/** A request outside the API document's JSON: logs, files, archives. */
export async function fetchRaw(path: string, init?: RequestInit): Promise<Response> {
  const headers = new Headers(init?.headers);
  for (const [name, value] of Object.entries(teamHeader(path))) headers.set(name, value);
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw Problem.unreachable(error);
  }
  if (response.ok) return response;
  if (response.status === 401) goToLogin();
  throw await Problem.of(response);
}
