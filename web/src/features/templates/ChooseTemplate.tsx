import { Button, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { Schemas } from "../../api/client";
import { CommandLine } from "../../widgets/CommandLine";
import classes from "./templates.module.css";
import { useChoice } from "./useChoice";

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The templates, each with what one has in the end. */
export function ChooseTemplate({ templates }: { templates: Schemas["TemplateView"][] }) {
  const { choice, write } = useChoice();
  const choose = (name: string) =>
    write({ ...choice, template: name, parameters: name === choice.template ? choice.parameters : {} }, 2, true);
  return (
    <ul className={classes.cards}>
      {templates.map((template) => (
        <li key={template.name} className={classes.card}>
          <Title order={2}>{template.title}</Title>
          <p className={classes.about}>{capital(template.about)}.</p>
          <h3 className={classes.small}>What you get</h3>
          <ul className={classes.gets}>
            {template.what_you_get.map((each) => (
              <li key={each}>
                <IconCheck size={16} aria-hidden />
                {each}
              </li>
            ))}
          </ul>
          <p className={classes.small}>
            {template.files.length} files: {template.files.join(", ")}
          </p>
          <div className={classes.cardEnd}>
            <Button onClick={() => choose(template.name)} aria-label={`Use this template: ${template.title}`}>
              Use this template
            </Button>
            <CommandLine command={`roadbed init --template ${template.name}`} label="Copy as CLI" />
          </div>
        </li>
      ))}
    </ul>
  );
}
