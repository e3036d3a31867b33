import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { isOfTeam, setStandardTeam } from "../api/team";
import { useSession } from "./session";
import { useScope } from "./url";

/** Keeps requests about experiments, runs and models to the chosen team, and forgets what another team's were when it changes. */
export function useTeamOfRequests(): void {
  const { me } = useSession();
  const { team: chosen } = useScope();
  const client = useQueryClient();
  // Who is in one team only need not say which.
  const standard = me && me.teams.length > 1 ? me.teams[0]?.name : undefined;
  const team = chosen ?? standard;
  const before = useRef(team);
  useEffect(() => {
    setStandardTeam(standard);
    if (before.current === team) return;
    before.current = team;
    void client.resetQueries({ predicate: ({ queryKey }) => isOfTeam(queryKey[1]) });
  }, [client, standard, team]);
}
