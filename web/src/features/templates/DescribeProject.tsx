import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconCheck } from "@tabler/icons-react";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { useSession } from "../../state/session";
import { CommandLine } from "../../widgets/CommandLine";
import { Panel } from "../../widgets/Panel";
import { Refusal } from "../../widgets/Refusal";
import { type Choice, commandsOf } from "./choice";
import classes from "./templates.module.css";
import { useChecked, useChoice } from "./useChoice";

/** Name, team and parameters; what is wrong with them stands at the field, in the server's words. */
export function DescribeProject() {
  const { choice, template, write } = useChoice();
  const { me } = useSession();
  const [draft, setDraft] = useState<Choice>(choice);
  const [touched, setTouched] = useState<ReadonlySet<string>>(() => new Set(givenFields(choice)));
  const later = useDebouncedCallback((next: Choice) => write(next, 2, false), 300);
  const checked = useChecked(choice);
  const isCurrent = JSON.stringify(draft) === JSON.stringify(choice) && !checked.isPlaceholderData;
  const messages = isCurrent ? (checked.data?.messages ?? {}) : {};
  const errorOf = (field: string) => (touched.has(field) ? messages[field] : undefined);
  const change = (field: string, next: Choice) => {
    setDraft(next);
    setTouched(new Set([...touched, field]));
    later(next);
  };
  const isMissing = touched.has("name") && draft.name === "";
  const goOn = () => {
    setTouched(new Set(["name", "owner", ...(template?.parameters ?? []).map(({ name }) => `parameters.${name}`)]));
    if (draft.name !== "" && Object.keys(messages).length === 0) write(draft, 3, true);
  };
  const teams = (me?.teams ?? []).map(({ name }) => name);
  return (
    <Panel title={template?.title ?? ""}>
      <div className={classes.describe}>
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            goOn();
          }}
        >
          <TextInput
            label="Name of the project"
            description="Lower-case letters, digits and dashes. The model and the service get it too."
            placeholder="churn"
            required
            data-autofocus
            value={draft.name}
            error={isMissing ? "a project needs a name" : errorOf("name")}
            onChange={(event) => change("name", { ...draft, name: event.currentTarget.value.trim() })}
          />
          {teams.length > 1 && (
            <Select
              label="Team that owns it"
              description="Its members see it, and it is billed to it."
              data={teams}
              value={draft.owner}
              allowDeselect={false}
              error={errorOf("owner")}
              onChange={(owner) => change("owner", { ...draft, owner: owner ?? draft.owner })}
            />
          )}
          {(template?.parameters ?? []).map((parameter) => (
            <ParameterInput
              key={parameter.name}
              parameter={parameter}
              value={draft.parameters[parameter.name] ?? parameter.default}
              error={errorOf(`parameters.${parameter.name}`)}
              onChange={(value) =>
                change(`parameters.${parameter.name}`, {
                  ...draft,
                  parameters: { ...draft.parameters, [parameter.name]: value },
                })
              }
            />
          ))}
          {checked.error && <Refusal error={checked.error} retry={() => void checked.refetch()} />}
          {messages[""] && <p className={classes.wrong}>{messages[""]}</p>}
          <Group gap="xs">
            <Button type="submit" loading={draft.name !== "" && checked.isFetching}>
              Next
            </Button>
            <Button variant="default" onClick={() => write(draft, 1, true)}>
              Back
            </Button>
          </Group>
        </form>
        <Beside template={template} draft={draft} />
      </div>
    </Panel>
  );
}

/** Fields that an address has values for: what is wrong with these is said at once. */
const givenFields = ({ name, parameters }: Choice) => [
  ...(name === "" ? [] : ["name", "owner"]),
  ...Object.keys(parameters).map((parameter) => `parameters.${parameter}`),
];

/** What one has in the end, and the same in a terminal. */
function Beside({ template, draft }: { template: Schemas["TemplateView"] | undefined; draft: Choice }) {
  const { defaults } = useChoice();
  if (!template) return null;
  return (
    <aside className={classes.beside} aria-label="About the template">
      <h3 className={classes.small}>What you get</h3>
      <ul className={classes.gets}>
        {template.what_you_get.map((each) => (
          <li key={each}>
            <IconCheck size={16} aria-hidden />
            {each}
          </li>
        ))}
      </ul>
      <h3 className={classes.small}>The same in a terminal</h3>
      {commandsOf(draft, template.first_job, defaults).map((command) => (
        <CommandLine key={command} command={command} label="Copy as CLI" />
      ))}
    </aside>
  );
}

interface ParameterInputProps {
  parameter: Schemas["TemplateView"]["parameters"][number];
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function ParameterInput({ parameter, value, error, onChange }: ParameterInputProps) {
  const { least, most } = parameter;
  const bounds = typeof least === "number" && typeof most === "number" ? ` ${least} to ${most};` : "";
  const about = `${parameter.about.charAt(0).toUpperCase()}${parameter.about.slice(1)}.`;
  return (
    <TextInput
      label={parameter.label}
      description={`${about}${bounds} ${parameter.default} when you do not care.`}
      inputMode={parameter.kind === "integer" ? "numeric" : "text"}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
