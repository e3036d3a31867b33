import { Button, Group } from "@mantine/core";
import { Fragment, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useSession } from "../../state/session";
import { useAddress } from "../../state/url";
import { ButtonLink } from "../../widgets/ButtonLink";
import { CommandLine } from "../../widgets/CommandLine";
import { Loaded } from "../../widgets/Loaded";
import { Panel } from "../../widgets/Panel";
import { Refusal } from "../../widgets/Refusal";
import { type Checked, commandsOf } from "./choice";
import { FileBrowser } from "./FileBrowser";
import { apiCalls, freshKey, type Making, make, STAGES, type Stage } from "./make";
import classes from "./templates.module.css";
import { useChecked, useChoice } from "./useChoice";

/** The last look before anything is made: the files, the same in a terminal, and the button. */
export function PreviewProject() {
  const { choice } = useChoice();
  const checked = useChecked(choice);
  return (
    <Loaded query={checked} lines={8}>
      {(found) =>
        Object.keys(found.messages).length > 0 ? (
          <Panel title="Something must be changed first">
            <ul>
              {Object.entries(found.messages).map(([field, message]) => (
                <li key={field}>
                  {field && <b>{field}: </b>}
                  {message}
                </li>
              ))}
            </ul>
            <ButtonLink to="/new" params={{ ...addressParams(), step: "2" }} variant="default">
              Back to the form
            </ButtonLink>
          </Panel>
        ) : (
          <Ready checked={found} />
        )
      }
    </Loaded>
  );
}

const addressParams = () => Object.fromEntries(new URLSearchParams(window.location.search));

function Ready({ checked }: { checked: Checked }) {
  const { choice, defaults } = useChoice();
  return (
    <>
      <Panel title="Create">
        <p className={classes.lead}>
          This makes the project <b>{choice.name}</b> in team <b>{choice.owner}</b>, stores these files as its first
          code snapshot, and runs its job <b>{checked.firstJob}</b>. Nothing is deployed yet.
        </p>
        <CreateButton checked={checked} />
      </Panel>
      <Panel title="What is in it">
        <FileBrowser files={checked.files} />
      </Panel>
      <Panel title="The same in a terminal">
        <div className={classes.commands}>
          {commandsOf(choice, checked.firstJob, defaults).map((command) => (
            <CommandLine key={command} command={command} label="Copy as CLI" />
          ))}
        </div>
      </Panel>
    </>
  );
}

const NEEDED = ["project:write", "job:submit", "manifest:apply"];

function CreateButton({ checked }: { checked: Checked }) {
  const { choice, write } = useChoice();
  const { can, roleFor, me } = useSession();
  const [, navigate] = useLocation();
  const address = useAddress();
  const [making, setMaking] = useState<Making | undefined>();
  const key = useRef(freshKey());
  const missing = NEEDED.find((permission) => !can(permission, choice.owner));
  const isWorking = making !== undefined && !making.failed;
  const create = async () => {
    const wanted = { choice, manifest: checked.manifest, firstJob: checked.firstJob };
    const made = await make(apiCalls(key.current), wanted, making ?? { done: [] }, setMaking);
    if (!made.job) return;
    const { name: project, owner: team, template } = choice;
    // Nothing of the form is kept: the new address says all there is to know.
    navigate(address("/new/progress", { project, team, job: made.job, template }));
  };
  return (
    <>
      {making && <MakingLines making={making} />}
      {making?.failed && <Refusal error={making.failed.problem} title={FAILED[making.failed.stage]} />}
      <Group gap="xs" mt="sm">
        <Button onClick={() => void create()} loading={isWorking} disabled={missing !== undefined}>
          {making?.failed ? "Try again from there" : "Create and run"}
        </Button>
        <Button variant="default" disabled={isWorking} onClick={() => write(choice, 2, true)}>
          Back
        </Button>
        {missing && me && (
          <span className={classes.wrong}>
            Needs the role {roleFor(missing)} in team {choice.owner}: ask an admin of the team.
          </span>
        )}
      </Group>
    </>
  );
}

const WORDS: Record<Stage, string> = {
  project: "make the project",
  code: "store the code",
  manifest: "apply roadbed.yaml",
  job: "submit the job",
};
const FAILED: Record<Stage, string> = {
  project: "The project could not be made",
  code: "The code could not be stored",
  manifest: "roadbed.yaml was refused",
  job: "The job was refused",
};

function MakingLines({ making }: { making: Making }) {
  return (
    <p className={classes.making} role="status">
      {STAGES.map((stage, index) => (
        <Fragment key={stage}>
          {index > 0 && ", "}
          <span data-done={making.done.includes(stage) || undefined}>
            {making.done.includes(stage) ? "✓ " : making.failed?.stage === stage ? "✗ " : ""}
            {WORDS[stage]}
          </span>
        </Fragment>
      ))}
    </p>
  );
}
