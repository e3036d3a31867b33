import { useLocation } from "wouter";
import { api, type Schemas } from "../../../api/client";
import { middle } from "../../../state/format";
import { nounCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { useAddress } from "../../../state/url";
import { Action } from "../../../widgets/Action";
import type { Place } from "../data/served";
import { Places } from "../Places";

/** Deletes a version with its files. */
export function DeleteVersion({ version, places }: { version: Schemas["VersionPage"]; places: Place[] }) {
  const { team } = useSession();
  const [, navigate] = useLocation();
  const address = useAddress();
  const { model, version: number, aliases } = version;
  const path = { model, version: String(number) };
  const name = `${middle(model, 40)} version ${number}`;
  return (
    <Action
      label="Delete"
      variant="default"
      color="red"
      permission="model:write"
      team={team}
      cli={nounCommand("delete", "version", `${model}/${number}`)}
      run={() => api.DELETE("/api/v1/models/{model}/versions/{version}", { params: { path } })}
      ask={{
        title: `Delete ${name}?`,
        body: (
          <>
            <p>
              Its files go{aliases.length > 0 && `, and with them ${aliases.map((alias) => `@${alias}`).join(", ")}`}.
              This cannot be undone. The run it came from stays.
            </p>
            {places.length > 0 && (
              <>
                <p>These services serve it, or could return to it:</p>
                <Places places={places} isPending={false} most={10} />
              </>
            )}
          </>
        ),
        confirm: "Delete the version",
      }}
      done={{ message: `${name} is deleted.` }}
      onDone={() => navigate(address(`/models/${encodeURIComponent(model)}`))}
    />
  );
}
