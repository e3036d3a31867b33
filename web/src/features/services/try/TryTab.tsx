import { Text } from "@mantine/core";
import { query } from "../../../api/client";
import { middle } from "../../../state/format";
import { Empty } from "../../../widgets/Empty";
import { Loaded } from "../../../widgets/Loaded";
import { Panel } from "../../../widgets/Panel";
import { DeployAction } from "../header/DeployAction";
import type { TabProps } from "../ServicePage";
import { TryForm } from "./TryForm";

/** Sends one request to the service and shows what came back. */
export default function TryTab({ service }: TabProps) {
  const isServed = typeof service.revision === "number";
  const signature = query.useQuery(
    "get",
    "/api/v1/services/{service}/signature",
    { params: { path: { service: service.name } } },
    { enabled: isServed },
  );
  if (!isServed)
    return (
      <Panel>
        <Empty title="Nothing to ask yet" action={<DeployAction service={service} />}>
          The service answers once a model is deployed to it.
        </Empty>
      </Panel>
    );
  return (
    <Loaded query={signature} lines={8}>
      {(found) => (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            Inputs of revision {found.revision}, <bdi>{middle(found.model, 60)}</bdi>.{" "}
            {found.inputs.length === 0 && "The model was logged without a signature: write the body yourself. "}
            {found.example_from === "logged" && "The example was logged with the model."}
            {found.example_from === "types" && "The values are made up from the types."}
          </Text>
          {/* Another revision may have other inputs: the form begins anew. */}
          <TryForm key={found.revision} service={service} signature={found} />
        </>
      )}
    </Loaded>
  );
}
