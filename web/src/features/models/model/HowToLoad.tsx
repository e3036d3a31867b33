import { Text } from "@mantine/core";
import type { Schemas } from "../../../api/client";
import { CommandLine } from "../../../widgets/CommandLine";
import { Panel } from "../../../widgets/Panel";

/** What `champion` stands for in most teams comes first. */
const FIRST = "champion";

/** How Python code gets the model. */
export function HowToLoad({ model }: { model: Schemas["ModelPage"] }) {
  const aliases = Object.keys(model.aliases);
  const alias = aliases.find((each) => each === FIRST) ?? aliases[0];
  if (alias === undefined && !model.latest_version) return null;
  return (
    <Panel title="Load it in Python">
      <LoadSnippet
        reference={alias === undefined ? `${model.name}/${model.latest_version}` : `${model.name}@${alias}`}
      />
    </Panel>
  );
}

export function LoadSnippet({ reference }: { reference: string }) {
  const uri = JSON.stringify(`models:/${reference}`);
  return (
    <>
      <CommandLine command={`import mlflow\n\nmodel = mlflow.pyfunc.load_model(\n    ${uri}\n)\nmodel.predict(data)`} />
      <Text size="xs" c="dimmed" mt={8} mb={4}>
        First say where the registry is, once per terminal
      </Text>
      <CommandLine command={'eval "$(roadbed env)"'} />
    </>
  );
}
