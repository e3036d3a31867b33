import { Button, Modal, Tooltip } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { useState } from "react";
import type { Schemas } from "../../../api/client";
import { useSession } from "../../../state/session";
import { useUrlState } from "../../../state/url";
import { DeployForm } from "./DeployForm";

/** Name of the parameter that opens the form: other pages link to it, as in `/services/churn?deploy=churn/3`. */
const PARAMETER = "deploy";

/** Releases a model: to this service, or to one that is named in the form. */
export function DeployAction({ service }: { service?: Schemas["ServiceView"] }) {
  const { get, set } = useUrlState();
  const asked = get(PARAMETER);
  const [isOpen, setOpen] = useState(asked !== undefined);
  const { can, roleFor, me } = useSession();
  const icon = <IconRocket size={16} aria-hidden />;
  const label = service ? "Deploy" : "Deploy a model";
  if (!can("service:deploy", service?.team)) {
    const why = me
      ? `Needs the role ${roleFor("service:deploy")}: ask an admin of the team`
      : "Loading what you may do";
    return (
      <Tooltip label={why}>
        <Button
          leftSection={icon}
          data-disabled
          aria-disabled
          aria-description={why}
          onClick={(event) => event.preventDefault()}
        >
          {label}
        </Button>
      </Tooltip>
    );
  }
  const close = () => {
    setOpen(false);
    set({ [PARAMETER]: undefined });
  };
  return (
    <>
      <Button leftSection={icon} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={service ? `Deploy to ${service.name}` : "Deploy a model"}
        size="lg"
        centered
        returnFocus
      >
        <DeployForm service={service} reference={asked} close={close} />
      </Modal>
    </>
  );
}
