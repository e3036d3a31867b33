import { Button, Group } from "@mantine/core";
import type { MouseEvent } from "react";
import { query } from "../../api/client";
import { middle } from "../../state/format";
import { useSession } from "../../state/session";
import { DeployVersion } from "../../widgets/DeployVersion";
import { Link } from "../../widgets/Link";
import type { ComparedRun } from "./data/columns";

/** What can be done with the best run: register its model, and deploy the version that is registered. */
export function Winner({ run, onRegister }: { run: ComparedRun; onRegister: () => void }) {
  const page = query.useQuery("get", "/api/v1/runs/{run}", { params: { path: { run: run.id } } });
  const newest = page.data?.versions.toSorted((one, other) => other.version - one.version)[0];
  const { can, roleFor, team } = useSession();
  const why = can("model:write", team)
    ? undefined
    : `Needs the role ${roleFor("model:write")} in team ${team}: ask an admin of the team`;
  const register = {
    size: "compact-sm",
    onClick: (event: MouseEvent) => (why ? event.preventDefault() : onRegister()),
    "data-disabled": why !== undefined || undefined,
    "aria-disabled": why !== undefined || undefined,
    "aria-description": why,
    title: why,
  };
  if (!newest) return <Button {...register}>Register the best</Button>;
  return (
    <Group gap="xs">
      <Link to={`/models/${encodeURIComponent(newest.model)}/${newest.version}`} size="sm" title={newest.model}>
        <bdi>{middle(newest.model, 28)}</bdi> version {newest.version}
      </Link>
      <DeployVersion size="compact-sm" model={newest.model} version={newest.version} label="Deploy the winner" />
      <Button {...register} variant="default">
        Register again
      </Button>
    </Group>
  );
}
