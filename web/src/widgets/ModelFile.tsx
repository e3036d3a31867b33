import { Stack, Text } from "@mantine/core";
import { bytes } from "../state/format";
import { Facts } from "./Facts";
import { Signature, type SignatureColumn } from "./Signature";

/** What a saved model says about itself. */
export interface ModelFileContent {
  flavors?: string[] | null | undefined;
  inputs?: SignatureColumn[] | null | undefined;
  outputs?: SignatureColumn[] | null | undefined;
  bytes?: number | null | undefined;
  python_version?: string | null | undefined;
  mlflow_version?: string | null | undefined;
}

/** A saved model: what can load it, what it takes and gives. */
export function ModelFile({ content }: { content: ModelFileContent }) {
  const { flavors, inputs, outputs } = content;
  return (
    <Stack gap="sm" mb="sm">
      <Facts
        items={[
          ["Flavors", flavors?.join(", ")],
          ["Size", content.bytes !== null && content.bytes !== undefined ? bytes(content.bytes) : undefined],
          ["Python", content.python_version],
          ["MLflow", content.mlflow_version],
        ]}
      />
      {inputs || outputs ? (
        <Signature inputs={inputs ?? []} outputs={outputs ?? []} />
      ) : (
        <Text size="sm" c="dimmed">
          The model has no signature. Log it with one (<code>mlflow.models.infer_signature</code>) and requests are
          checked before they reach it.
        </Text>
      )}
    </Stack>
  );
}
