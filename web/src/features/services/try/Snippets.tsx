import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { CommandLine } from "../../../widgets/CommandLine";
import { Link } from "../../../widgets/Link";
import { curlSnippet, mlflowSnippet, pythonSnippet } from "./snippets";

const LANGUAGES = [
  { value: "curl", label: "curl" },
  { value: "python", label: "Python" },
  { value: "mlflow", label: "Python, MLflow style" },
];

/** Code that sends the request of the form. */
export function Snippets({ url, body, row }: { url: string; body: unknown; row: Record<string, unknown> }) {
  const [language, setLanguage] = useState("curl");
  const code =
    language === "curl"
      ? curlSnippet(url, JSON.stringify(body))
      : language === "python"
        ? pythonSnippet(url, body)
        : mlflowSnippet(url, row);
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        aria-label="Language"
        data={LANGUAGES}
        value={language}
        onChange={setLanguage}
        style={{ alignSelf: "start" }}
      />
      <CommandLine command={code} />
      <Text size="sm" c="dimmed">
        <code>ROADBED_TOKEN</code> is a token of the program:{" "}
        <Link to="/settings/tokens?new=1" size="sm" underline="always">
          create one
        </Link>
        , or run <code>eval "$(roadbed env)"</code>.
      </Text>
    </Stack>
  );
}
