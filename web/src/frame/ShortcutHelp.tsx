import { Kbd, Modal, Table } from "@mantine/core";
import type { Feature } from "../feature";

/** The list of keys. */
export default function ShortcutHelp({ features, close }: { features: Feature[]; close: () => void }) {
  const keys: [string[], string][] = [
    [["Ctrl", "K"], "Search and commands"],
    [["/"], "Filter this page"],
    [["c"], "New project"],
    [["?"], "This list"],
    ...features.flatMap(({ navigation }): [string[], string][] =>
      navigation?.key ? [[["g", navigation.key], navigation.label]] : [],
    ),
  ];
  return (
    <Modal opened onClose={close} title="Keyboard shortcuts" centered>
      <Table>
        <Table.Tbody>
          {keys.map(([pressed, about]) => (
            <Table.Tr key={about}>
              <Table.Td>
                {pressed.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{about}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
