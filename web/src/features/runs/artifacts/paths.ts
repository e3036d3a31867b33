/** Where a file of a run is fetched. Each part of the path is written on its own: a slash parts folders, everything else is a name. */
export function downloadPath(run: string, path: string): string {
  return `/api/v1/runs/${encodeURIComponent(run)}/artifacts/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Is the folder on the way to the path? Then it is open. */
export function leadsTo(folder: string, path: string | undefined): boolean {
  return path !== undefined && (path === folder || path.startsWith(`${folder}/`));
}
