import { useCallback } from "react";
import { query } from "../api/client";
import { useScope } from "./url";

/** Who is logged in, and what they may do. */
export function useSession() {
  const { data: me } = query.useQuery("get", "/api/v1/me", {}, { staleTime: 60_000 });
  const { team: chosen } = useScope();
  /** May the visitor use the permission on things of this team (by name or id)? Without a team: anywhere. */
  const can = useCallback(
    (permission: string, team?: string) => {
      if (!me) return false;
      if (me.platform_permissions.includes(permission)) return true;
      return me.teams.some(
        (each) =>
          (team === undefined || each.id === team || each.name === team) && each.permissions.includes(permission),
      );
    },
    [me],
  );
  /** The role that includes a permission, for telling whom to ask. */
  const roleFor = useCallback((permission: string) => me?.permission_roles[permission] ?? "administrator", [me]);
  /** Team that new things go to: the chosen one, else the first one. */
  const team = chosen ?? me?.teams[0]?.name ?? "default";
  return { me, can, roleFor, team };
}
