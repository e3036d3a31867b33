import { useLocation } from "wouter";
import { api, type Schemas } from "../../../api/client";
import { count, middle } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { useAddress } from "../../../state/url";
import { Action } from "../../../widgets/Action";
import type { Place } from "../data/served";
import { Places } from "../Places";

interface DeleteModelProps {
  model: Schemas["ModelPage"];
  places: (Place & { version: number })[];
}

/** Deletes the name with everything below it. */
export function DeleteModel({ model, places }: DeleteModelProps) {
  const { team } = useSession();
  const [, navigate] = useLocation();
  const address = useAddress();
  const { name, version_count: versions } = model;
  return (
    <Action
      label="Delete"
      variant="default"
      permission="model:write"
      team={team}
      cli={nounCommand("delete", "model", name)}
      run={() => api.DELETE("/api/v1/models/{model}", { params: { path: { model: name } } })}
      color="red"
      ask={{
        title: `Delete ${middle(name, 40)}?`,
        body: (
          <>
            <p>
              {versions === 0
                ? "The name goes."
                : `Its ${count(versions)} ${versions === 1 ? "version goes" : "versions go"} with files and aliases.`}{" "}
              This cannot be undone. The runs they came from stay.
            </p>
            {places.length > 0 && (
              <>
                <p>These services serve it, or could return to it:</p>
                <Places places={places} isPending={false} most={10} />
              </>
            )}
          </>
        ),
        confirm: "Delete the model",
      }}
      done={{ message: `The model ${middle(name, 40)} is deleted.` }}
      onDone={() => navigate(address("/models"))}
    />
  );
}
