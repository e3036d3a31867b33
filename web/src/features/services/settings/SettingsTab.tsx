import { Stack, Text } from "@mantine/core";
import { middle } from "../../../state/format";
import { CommandLine } from "../../../widgets/CommandLine";
import { Link } from "../../../widgets/Link";
import { Panel } from "../../../widgets/Panel";
import type { TabProps } from "../ServicePage";
import { SettingsFacts } from "./SettingsFacts";
import { SettingsForm } from "./SettingsForm";
import { yamlOf } from "./settingsValues";

const MANIFEST = "manifest";

/** How the service runs and how it is released. What a manifest says is changed in the manifest. */
export default function SettingsTab({ service }: TabProps) {
  if (service.made_by !== MANIFEST) return <SettingsForm key={service.id} service={service} />;
  return <ReadOnly service={service} />;
}

function ReadOnly({ service }: TabProps) {
  const written = { services: { [service.name]: service.settings_as_written } };
  return (
    <Stack gap="md">
      <Panel title="Written in roadbed.yaml">
        <Stack gap="sm">
          <Text size="sm">
            These settings come from <code>roadbed.yaml</code> of project{" "}
            <Link to="/services" params={{ project: service.project }} size="sm" underline="always">
              <bdi>{middle(service.project, 40)}</bdi>
            </Link>
            , so they are changed there: a change here would be undone by the next <code>roadbed apply</code>. Edit this
            part of the file, then look at the plan and apply it.
          </Text>
          <CommandLine command={yamlOf(written)} label="Copy this part" />
          <CommandLine command={"roadbed plan\nroadbed apply"} label="Copy as CLI" />
        </Stack>
      </Panel>
      <Panel title="In force">
        <SettingsFacts written={service.settings_as_written} />
      </Panel>
    </Stack>
  );
}
