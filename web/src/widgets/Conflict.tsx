import { Button, Group, Radio, Text } from "@mantine/core";
import { IconGitMerge } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./Conflict.module.css";

/** A field that somebody else changed while it was edited here. */
export interface ConflictField {
  name: string;
  label: string;
  base: string;
  theirs: string;
  mine: string;
}

interface ConflictProps {
  fields: ConflictField[];
  /** What was decided: per field its value. Everything else that was typed stays. */
  onResolve: (chosen: Record<string, string>) => void;
  onDiscard: () => void;
}

/** What is shown for a field nobody filled. */
const NOTHING = "(default)";

/** Somebody saved meanwhile: shows both versions of every field that both or they changed, and lets the person choose. */
export function Conflict({ fields, onResolve, onDiscard }: ConflictProps) {
  const [chosen, setChosen] = useState<Record<string, "theirs" | "mine">>({});
  const sideOf = (field: ConflictField) => chosen[field.name] ?? (field.mine === field.base ? "theirs" : "mine");
  const resolve = () => onResolve(Object.fromEntries(fields.map((field) => [field.name, field[sideOf(field)]])));
  return (
    <section className={classes.conflict} role="alert">
      <h2 className={classes.title}>
        <IconGitMerge size={20} aria-hidden />
        Somebody saved this while you edited it
      </h2>
      <Text size="sm">
        Nothing of yours is lost. Choose for each field, look at the form once more, and save again.
      </Text>
      {fields.map((field) => (
        <Radio.Group
          key={field.name}
          label={field.label}
          description={`It was ${field.base || NOTHING}`}
          value={sideOf(field)}
          onChange={(side) => setChosen({ ...chosen, [field.name]: side === "theirs" ? "theirs" : "mine" })}
        >
          <Group gap="lg" mt={4}>
            <Radio value="theirs" label={`Theirs: ${field.theirs || NOTHING}`} />
            <Radio value="mine" label={`Mine: ${field.mine || NOTHING}`} />
          </Group>
        </Radio.Group>
      ))}
      {fields.length === 0 && <Text size="sm">What they changed does not touch what you changed.</Text>}
      <Group gap="xs">
        <Button size="compact-sm" onClick={resolve}>
          Use these
        </Button>
        <Button size="compact-sm" variant="default" onClick={onDiscard}>
          Drop mine, show theirs
        </Button>
      </Group>
    </section>
  );
}
