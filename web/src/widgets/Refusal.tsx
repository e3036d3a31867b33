import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { problemOf } from "../api/problem";

/** What went wrong and what to do about it, in the server's own words. */
export function Refusal({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const problem = problemOf(error);
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={title ?? problem.title}
      role="alert"
      className="refusal"
    >
      <Text size="sm">
        <bdi>{problem.detail}</bdi>
      </Text>
      {problem.fix && <Text size="sm">What to do: {problem.fix}</Text>}
      {problem.problems.map((item) => (
        <Text size="sm" key={`${item.field}${item.line}${item.detail}`}>
          {[item.line, item.field].filter(Boolean).join(" ")} {item.detail} {item.fix && `(${item.fix})`}
        </Text>
      ))}
      <Group gap="sm" mt={6}>
        {retry && (
          <Button size="compact-sm" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
        <Text size="xs" c="dimmed">
          {problem.code}
          {problem.requestId && ` · request ${problem.requestId}`}
        </Text>
      </Group>
    </Alert>
  );
}
