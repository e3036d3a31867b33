import { Button, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { query, type Schemas } from "../../api/client";
import { nounCommand } from "../../state/nounCommand";
import { CommandLine } from "../../widgets/CommandLine";
import { Facts } from "../../widgets/Facts";
import { Loaded } from "../../widgets/Loaded";
import { Status } from "../../widgets/Status";
import { Time } from "../../widgets/Time";
import { readable } from "./payload";
import classes from "./webhooks.module.css";

interface DeliveryDetailsProps {
  webhook: string;
  reference: string;
  delivery: Schemas["DeliveryItem"];
}

/** What is sent and what came back. All of it is shown as text. */
export function DeliveryDetails({ webhook, reference, delivery }: DeliveryDetailsProps) {
  const [opened, dialog] = useDisclosure(false);
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        onClick={dialog.open}
        aria-label={`Look at ${delivery.event}`}
      >
        Look
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={delivery.event} size="lg" centered>
        <Content webhook={webhook} reference={reference} delivery={delivery} />
      </Modal>
    </>
  );
}

function Content({ webhook, reference, delivery: { id } }: DeliveryDetailsProps) {
  const path = { webhook, delivery: id };
  const page = query.useQuery("get", "/api/v1/webhooks/{webhook}/deliveries/{delivery}", { params: { path } });
  return (
    <Loaded query={page} lines={6}>
      {(delivery) => (
        <Stack gap="sm">
          <Facts
            items={[
              [
                "Delivery",
                <span key="id" className="mono">
                  {delivery.id}
                </span>,
              ],
              ["State", <Status key="state" state={delivery.state} />],
              ["Happened", <Time key="at" at={delivery.created_at} />],
              ["Last attempt", delivery.last_attempt_at && <Time at={delivery.last_attempt_at} />],
              ["Next attempt", delivery.next_attempt_at && <Time at={delivery.next_attempt_at} />],
              ["Status", delivery.status],
              ["Error", delivery.error && <bdi>{delivery.error}</bdi>],
            ]}
          />
          <Shown label="What is sent" text={readable(delivery.payload)} />
          {delivery.answer !== "" && <Shown label="Beginning of the answer" text={delivery.answer} />}
          <div>
            <Text size="xs" c="dimmed" mb={4}>
              The same in a terminal
            </Text>
            <CommandLine command={nounCommand("get", "delivery", `${reference}/${id}`)} label="Copy as CLI" />
          </div>
        </Stack>
      )}
    </Loaded>
  );
}

function Shown({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {label}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long one scrolls, so the keyboard must reach it. */}
      <pre className={classes.payload} tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}
