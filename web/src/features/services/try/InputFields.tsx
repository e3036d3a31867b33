import { Select, Textarea, TextInput } from "@mantine/core";
import { middle } from "../../../state/format";
import { type InputField, UNNAMED } from "./requestBody";
import classes from "./TryForm.module.css";

interface InputFieldsProps {
  fields: InputField[];
  texts: Record<string, string>;
  onChange: (name: string, text: string) => void;
}

/** One row of inputs, typed as the model's signature says. */
export function InputFields({ fields, texts, onChange }: InputFieldsProps) {
  return (
    <div className={classes.fields}>
      {fields.map((field) => (
        <OneInput
          key={field.name}
          field={field}
          text={texts[field.name] ?? ""}
          onChange={(text) => onChange(field.name, text)}
        />
      ))}
    </div>
  );
}

function OneInput({ field, text, onChange }: { field: InputField; text: string; onChange: (text: string) => void }) {
  const label = (
    <>
      <bdi>{field.name === UNNAMED ? "Input" : middle(field.name, 40)}</bdi>{" "}
      <span className={classes.type}>{field.required ? field.type : `${field.type}, may be left out`}</span>
    </>
  );
  if (field.kind === "boolean")
    return (
      <Select
        label={label}
        data={["true", "false"]}
        value={text === "" ? null : text}
        clearable={!field.required}
        onChange={(next) => onChange(next ?? "")}
      />
    );
  if (field.kind === "json")
    return (
      <Textarea
        className={classes.wide}
        label={label}
        description="As JSON"
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        autosize
        minRows={2}
        maxRows={12}
        classNames={{ input: classes.json ?? "" }}
      />
    );
  return (
    <TextInput
      label={label}
      value={text}
      inputMode={field.kind === "number" ? "decimal" : "text"}
      error={field.kind === "number" && text !== "" && Number.isNaN(Number(text)) ? "not a number" : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
