import { Button, type ButtonProps, Menu, Tooltip } from "@mantine/core";
import { IconPlus, IconRocket, IconServer } from "@tabler/icons-react";
import { Link as RouterLink } from "wouter";
import { query } from "../api/client";
import { middle } from "../state/format";
import { useSession } from "../state/session";
import { useAddress } from "../state/url";

interface DeployVersionProps extends Omit<ButtonProps, "children"> {
  model: string;
  version: number | string;
  label?: string;
}

/** Services offered; those that serve the model already come first. */
const MOST_SERVICES = 30;

/** Leads to the deploy form of a service, or of a new one, with this version filled in. */
export function DeployVersion({ model, version, label = "Deploy", ...button }: DeployVersionProps) {
  const { can, roleFor, team } = useSession();
  const address = useAddress();
  const services = query.useQuery("get", "/api/v1/services", { params: { query: { limit: 1000 } } });
  const deploy = `${model}/${version}`;
  if (!can("service:deploy", team)) {
    const why = `Needs the role ${roleFor("service:deploy")} in team ${team}: ask an admin of the team`;
    return (
      <Tooltip label={why}>
        <Button
          {...button}
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
  const serves = (service: { model?: string | null | undefined }) => service.model?.startsWith(`${model}/`) ?? false;
  const offered = (services.data?.items ?? [])
    .filter((service) => service.team === team)
    .sort((one, other) => Number(serves(other)) - Number(serves(one)) || one.name.localeCompare(other.name))
    .slice(0, MOST_SERVICES);
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <Button leftSection={<IconRocket size={16} aria-hidden />} {...button}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        {offered.length > 0 && <Menu.Label>To a service</Menu.Label>}
        {offered.map((service) => (
          <Menu.Item
            key={service.name}
            component={RouterLink}
            href={address(`/services/${encodeURIComponent(service.name)}`, { deploy })}
            leftSection={<IconServer size={15} aria-hidden />}
          >
            <bdi>{middle(service.name, 40)}</bdi>
            {service.model && ` · serves ${middle(service.model, 30)}`}
          </Menu.Item>
        ))}
        {offered.length > 0 && <Menu.Divider />}
        <Menu.Item
          component={RouterLink}
          href={address("/services", { deploy })}
          leftSection={<IconPlus size={15} aria-hidden />}
        >
          To a new service
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
