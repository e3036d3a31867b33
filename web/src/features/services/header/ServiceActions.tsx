import { IconTrash } from "@tabler/icons-react";
import { useLocation } from "wouter";
import { api, type Schemas } from "../../../api/client";
import { shellWord } from "../../../state/format";
import { useAddress } from "../../../state/url";
import { Action } from "../../../widgets/Action";
import { RollbackAction } from "../../../widgets/rollouts/RollbackAction";
import { RolloutActions } from "../../../widgets/rollouts/RolloutActions";
import { DeployAction } from "./DeployAction";

interface ServiceActionsProps {
  service: Schemas["ServiceView"];
  rollout: Schemas["RolloutView"] | undefined;
}

/** Everything that can be done to a service, the undoing first in reach. */
export function ServiceActions({ service, rollout }: ServiceActionsProps) {
  return (
    <>
      <RollbackAction service={service} rollout={rollout} />
      {rollout && <RolloutActions rollout={rollout} team={service.team} />}
      <DeployAction service={service} />
      <DeleteAction service={service} />
    </>
  );
}

function DeleteAction({ service }: { service: Schemas["ServiceView"] }) {
  const [, navigate] = useLocation();
  const address = useAddress();
  return (
    <Action
      label="Delete"
      variant="subtle"
      color="red"
      px={8}
      leftSection={<IconTrash size={16} aria-hidden />}
      permission="service:deploy"
      team={service.team}
      cli={`roadbed delete service ${shellWord(service.name)} --yes`}
      ask={{
        title: `Delete ${service.name}?`,
        confirm: "Delete it for good",
        typed: service.name,
        body: `Its address stops answering at once, and its revisions, rollouts and their evidence are gone. This cannot be undone. The models stay registered; what it cost stays in the books.`,
      }}
      run={() => api.DELETE("/api/v1/services/{service}", { params: { path: { service: service.name } } })}
      done={{ message: `${service.name} is deleted.` }}
      onDone={() => navigate(address("/services"))}
    />
  );
}
