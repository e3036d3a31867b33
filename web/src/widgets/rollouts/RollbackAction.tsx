import { Button, type ButtonProps, Tooltip } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { api, type Schemas } from "../../api/client";
import { shellWord } from "../../state/format";
import { Action } from "../Action";
import { RollbackExplained } from "./RollbackExplained";
import { isOpen } from "./words";

interface RollbackActionProps extends ButtonProps {
  service: Schemas["ServiceView"];
  /** The newest rollout of the service, as far as it is known. */
  rollout?: Schemas["RolloutView"] | undefined;
}

/** Returns all traffic to the revision before: ends the rollout under way, else undoes the last one. Everything it does is shown before. */
export function RollbackAction({ service, rollout, ...button }: RollbackActionProps) {
  const open = rollout && isOpen(rollout) ? rollout : undefined;
  const from = open ? open.to_revision : service.revision;
  const to = open ? open.from_revision : service.previous_revision;
  const icon = <IconArrowBackUp size={16} aria-hidden />;
  if (typeof from !== "number" || typeof to !== "number") {
    const why = open ? "It is the first revision: there is none to return to" : "There is no previous revision";
    return (
      <Tooltip label={why}>
        <Button
          {...button}
          variant="default"
          leftSection={icon}
          data-disabled
          aria-disabled
          aria-description={why}
          onClick={(event) => event.preventDefault()}
        >
          Roll back
        </Button>
      </Tooltip>
    );
  }
  const held = open ? open.model : (service.model ?? "this model");
  return (
    <Action
      {...button}
      label="Roll back"
      color="red"
      variant={button.variant ?? "light"}
      leftSection={icon}
      permission="service:deploy"
      team={service.team}
      cli={`roadbed rollback ${shellWord(service.name)}`}
      ask={{
        title: `Roll back ${service.name}?`,
        confirm: `Roll back to revision ${to}`,
        size: "lg",
        body: <RollbackExplained service={service.name} from={from} to={to} held={held} />,
      }}
      run={() => api.POST("/api/v1/services/{service}/rollback", { params: { path: { service: service.name } } })}
      done={{ message: `${service.name} is served by revision ${to} again.` }}
    />
  );
}
