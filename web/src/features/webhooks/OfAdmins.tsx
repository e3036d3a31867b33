import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { query, type Schemas } from "../../api/client";
import { useSession } from "../../state/session";
import { Loaded } from "../../widgets/Loaded";

interface OfAdminsProps {
  /** What stands around a refusal and around the wait. */
  around?: (content: ReactNode) => ReactNode;
  children: (webhooks: Schemas["WebhookItem"][]) => ReactNode;
}

/** The webhooks of the team, for those who may see them: addresses often hold a key of the other side. */
export function OfAdmins({ children, around = (content) => content }: OfAdminsProps) {
  const { me, can, team, roleFor } = useSession();
  const mayRead = can("webhook:read", team);
  const webhooks = query.useQuery("get", "/api/v1/webhooks", {}, { enabled: mayRead });
  if (me && !mayRead) {
    return around(
      <Text size="sm">
        Addresses of webhooks often hold a key of the other side, so that only those see them who may change them: that
        needs the role {roleFor("webhook:read")} in team <bdi>{team}</bdi>. Ask an admin of the team.
      </Text>,
    );
  }
  return webhooks.data ? children(webhooks.data.items) : around(<Loaded query={webhooks}>{() => null}</Loaded>);
}
