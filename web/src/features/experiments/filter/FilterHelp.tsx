import { ActionIcon, Popover, Text, UnstyledButton } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./RunFilter.module.css";

const EXAMPLES = [
  { filter: "metrics.auc > 0.9", about: "runs whose latest auc is above 0.9" },
  { filter: "params.depth = '4'", about: "parameters are text: the value stands in quotes" },
  { filter: "metrics.auc > 0.9 AND params.model LIKE 'light%'", about: "several conditions; % stands for anything" },
  { filter: "metrics.`val/f1` >= 0.8", about: "names with other signs stand in backticks" },
  { filter: "attributes.run_name ILIKE '%baseline%'", about: "by name, whatever the case" },
  { filter: "tags.author = 'ana' AND attributes.status = 'FAILED'", about: "by tag, by how it ended" },
  { filter: "params.seed IS NULL", about: "runs that did not log it" },
];

/** Explains the language of the filter by examples that can be tried. */
export function FilterHelp({ onExample }: { onExample: (filter: string) => void }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={400} withArrow trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="How to write a filter"
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          <IconHelpCircle size={17} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 24px)" aria-label="How to write a filter">
        <Text size="sm" mb="xs">
          Conditions as MLflow writes them, joined by AND. There is no OR. Try one:
        </Text>
        {EXAMPLES.map(({ filter, about }) => (
          <UnstyledButton
            key={filter}
            className={classes.example}
            onClick={() => {
              onExample(filter);
              setOpened(false);
            }}
          >
            <code>{filter}</code>
            <span>{about}</span>
          </UnstyledButton>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
