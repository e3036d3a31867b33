import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { query, type Schemas } from "../../api/client";
import { withTeam } from "../../api/team";
import { middle } from "../../state/format";
import { nounCommand, verbCommand } from "../../state/nounCommand";
import { CommandLine } from "../../widgets/CommandLine";
import { Empty } from "../../widgets/Empty";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { SettingsPage } from "../../widgets/SettingsPage";
import { Status } from "../../widgets/Status";
import { type Column, Table } from "../../widgets/Table";
import { Time } from "../../widgets/Time";
import { NewKey } from "./NewKey";

type Key = Schemas["SigningKeyItem"];

/** Keys that versions of models are signed with. Private halves are in no answer of the server. */
export default function SigningKeysPage() {
  const keys = query.useQuery("get", "/api/v1/signing-keys");
  const current = keys.data?.items.find(({ state }) => state === "current");
  return (
    <SettingsPage title="Signing keys">
      <Text size="sm" c="dimmed" maw={720}>
        Versions of models are signed with a key of the team, so that whoever gets their files can check them without
        this server. The private half is sealed in the store; the public half is for everybody who checks. A new key
        retires the one before it, and what that one signed stays good.
      </Text>
      <Panel title="Keys of the team" flush aside={keys.data && <NewKey current={current?.name} />}>
        <Loaded query={keys}>
          {({ items }) => (
            <Table
              label="Signing keys"
              columns={COLUMNS}
              rows={items}
              rowKey={({ id }) => id}
              empty={
                <Empty title="No key yet" command={verbCommand("sign", "churn/3", {})}>
                  The first one is made by itself when somebody signs a version, here on its page or in a terminal.
                </Empty>
              }
            />
          )}
        </Loaded>
      </Panel>
    </SettingsPage>
  );
}

const COLUMNS: Column<Key>[] = [
  { id: "name", title: "Name", cell: ({ name }) => <bdi title={name}>{middle(name, 40)}</bdi> },
  { id: "state", title: "State", cell: ({ state }) => <Status state={state} /> },
  {
    id: "id",
    title: "Fingerprint",
    cell: ({ id }) => (
      <span className="mono" title={id}>
        {id.slice(0, 12)}
      </span>
    ),
    from: "sm",
  },
  { id: "made", title: "Made", cell: ({ created_at }) => <Time at={created_at} />, from: "sm" },
  {
    id: "by",
    title: "By",
    cell: ({ created_by }) => <bdi title={created_by}>{middle(created_by, 30)}</bdi>,
    from: "md",
  },
  { id: "retired", title: "Retired", cell: ({ retired_at }) => <Time at={retired_at} />, from: "md" },
  { id: "public", title: "", align: "right", cell: (key) => <PublicHalf signingKey={key} /> },
];

function PublicHalf({ signingKey: { id, name, public_key: pem } }: { signingKey: Key }) {
  const [opened, dialog] = useDisclosure(false);
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        onClick={dialog.open}
        aria-label={`Public half of ${middle(name, 40)}`}
      >
        Public half
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={`Public half of ${middle(name, 40)}`} size="lg" centered>
        <Stack gap="sm">
          <CommandLine command={pem.trimEnd()} label="Copy the public key" />
          <Text size="sm">
            Keep it as <code>team.pem</code> where those who check find it. The signatures it made name its SHA-256:
          </Text>
          <Text size="xs" className="mono" style={{ overflowWrap: "anywhere" }}>
            {id}
          </Text>
          <div>
            <Text size="xs" c="dimmed" mb={4}>
              The same in a terminal
            </Text>
            <CommandLine command={`${nounCommand("get", "signing-key", id)} --pem`} label="Copy as CLI" />
          </div>
          <Group justify="flex-end">
            <Button
              component="a"
              variant="default"
              href={withTeam(`/api/v1/signing-keys/${encodeURIComponent(id)}/pem`)}
              download="team.pem"
              leftSection={<IconDownload size={14} aria-hidden />}
            >
              Download team.pem
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
