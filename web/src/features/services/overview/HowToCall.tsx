import { Stack, Text } from "@mantine/core";
import { query, type Schemas } from "../../../api/client";
import { CommandLine } from "../../../widgets/CommandLine";
import { Facts } from "../../../widgets/Facts";
import { Link } from "../../../widgets/Link";
import { curlSnippet } from "../try/snippets";

/** The address, and one request that works. */
export function HowToCall({ service }: { service: Schemas["ServiceView"] }) {
  const signature = query.useQuery(
    "get",
    "/api/v1/services/{service}/signature",
    { params: { path: { service: service.name } } },
    { enabled: typeof service.revision === "number" },
  );
  const body = JSON.stringify(signature.data?.example ?? { inputs: [] });
  const tab = `/services/${encodeURIComponent(service.name)}?tab=try`;
  return (
    <Stack gap="sm">
      <Facts
        items={[
          ["Address", <code key="address">{service.url}</code>],
          ["Protocols", "MLflow scoring JSON and CSV, Open Inference Protocol (REST)"],
          [
            "Token",
            <Link key="token" to="/settings/tokens?new=1" size="sm" underline="always">
              Create one for a program
            </Link>,
          ],
        ]}
      />
      <CommandLine command={curlSnippet(service.url, body)} />
      <Text size="sm">
        <Link to={tab} size="sm" underline="always">
          Try it here
        </Link>{" "}
        with a form of its inputs, or copy Python.
      </Text>
    </Stack>
  );
}
