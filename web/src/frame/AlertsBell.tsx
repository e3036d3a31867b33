import { ActionIcon, Indicator, Popover, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBell } from "@tabler/icons-react";
import { Link as RouterLink } from "wouter";
import { useAttention } from "../state/attention";
import { useAddress } from "../state/url";
import { Status } from "../widgets/Status";
import { Time } from "../widgets/Time";
import classes from "./frame.module.css";

/** What needs attention, from every page. */
export function AlertsBell() {
  const [opened, menu] = useDisclosure(false);
  const address = useAddress();
  const { needs } = useAttention();
  const label = needs.length === 0 ? "Nothing needs attention" : `${needs.length} need attention`;
  return (
    <Popover opened={opened} onChange={menu.toggle} position="bottom-end" withArrow shadow="md" trapFocus returnFocus>
      <Indicator disabled={needs.length === 0} label={needs.length > 99 ? "99+" : needs.length} size={16} color="red.8">
        <Popover.Target>
          <ActionIcon variant="default" size="lg" aria-label={label} onClick={menu.toggle}>
            <IconBell size={18} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown className={classes.needs}>
        <Text size="sm" fw={600} px={12} pb={4}>
          {label}
        </Text>
        {needs.slice(0, 20).map((need) => (
          <RouterLink key={need.id} href={address(need.path)} className={classes.need} onClick={menu.close}>
            <Status state={need.state} /> <b>{need.title}</b>
            <br />
            {need.detail} {need.since && <Time at={need.since} />}
          </RouterLink>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
