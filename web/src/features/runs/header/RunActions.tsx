import { Button, Modal, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { api } from "../../../api/client";
import { middle } from "../../../state/format";
import { nounCommand, restoreCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { Action } from "../../../widgets/Action";
import { ButtonLink } from "../../../widgets/ButtonLink";
import { CommandLine } from "../../../widgets/CommandLine";
import { RegisterModel } from "../../../widgets/RegisterModel";
import type { Run } from "../useRun";
import { clientSnippet } from "./clientSnippet";

/** What can be done with a run. */
export function RunActions({ run }: { run: Run }) {
  if (run.state === "deleted") return <Restore run={run} />;
  return (
    <>
      <Register run={run} />
      <ButtonLink variant="default" to={`/experiments/${encodeURIComponent(run.experiment)}`} params={{ runs: run.id }}>
        Compare with…
      </ButtonLink>
      <Snippet run={run} />
      <Delete run={run} />
    </>
  );
}

function Register({ run }: { run: Run }) {
  const [opened, dialog] = useDisclosure(false);
  const { can, roleFor, team } = useSession();
  const why = can("model:write", team)
    ? undefined
    : `Needs the role ${roleFor("model:write")} in team ${team}: ask an admin of the team`;
  return (
    <>
      <Button
        onClick={(event) => (why ? event.preventDefault() : dialog.open())}
        data-disabled={why !== undefined || undefined}
        aria-disabled={why !== undefined || undefined}
        aria-description={why}
        title={why}
      >
        Register a model
      </Button>
      {opened && <RegisterModel run={run.id} runName={run.name} close={dialog.close} />}
    </>
  );
}

function Snippet({ run }: { run: Run }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        MLflow client
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="This run in your own code" size="lg" centered>
        <Stack gap="sm">
          <div>
            Once per shell, so that clients find this server:
            <CommandLine command={'eval "$(roadbed env)"'} />
          </div>
          <div>
            Then in Python, with the MLflow client as it is:
            <CommandLine command={clientSnippet(run)} label="Copy the code" />
          </div>
        </Stack>
      </Modal>
    </>
  );
}

function Delete({ run }: { run: Run }) {
  const { team } = useSession();
  return (
    <Action
      label="Delete"
      variant="subtle"
      color="red"
      permission="run:write"
      team={team}
      cli={nounCommand("delete", "run", run.id)}
      run={() => api.DELETE("/api/v1/runs/{run}", { params: { path: { run: run.id } } })}
      ask={{
        title: `Delete ${middle(run.name, 40)}?`,
        body: "It leaves the lists. Nothing is lost: this page stays and can restore it. Model versions made from it stay.",
      }}
      done={{ message: "The run is deleted. Its page can restore it." }}
    />
  );
}

function Restore({ run }: { run: Run }) {
  const { team } = useSession();
  return (
    <Action
      label="Restore"
      permission="run:write"
      team={team}
      cli={restoreCommand("run", run.id)}
      run={() => api.POST("/api/v1/runs/{run}/restore", { params: { path: { run: run.id } } })}
      ask={{ title: `Restore ${middle(run.name, 40)}?`, body: "It stands in the lists again, as it was." }}
      done={{ message: "The run is back." }}
    />
  );
}
