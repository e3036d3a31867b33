import { api } from "../../../api/client";
import { middle } from "../../../state/format";
import { verbCommand } from "../../../state/nounCommand";
import { useSession } from "../../../state/session";
import { Action } from "../../../widgets/Action";

interface SignProps {
  path: { model: string; version: string };
  /** `churn/3`. */
  reference: string;
  label: string;
}

/** Signs the files of a version in the name of the team. */
export function Sign({ path, reference, label }: SignProps) {
  const { team } = useSession();
  return (
    <Action
      label={label}
      variant="default"
      size="compact-sm"
      permission="signature:give"
      team={team}
      cli={verbCommand("sign", reference, {})}
      run={() => api.POST("/api/v1/models/{model}/versions/{version}/signature", { params: { path } })}
      ask={{
        title: `Sign ${middle(reference, 50)}?`,
        body: (
          <p>
            In the name of team <bdi>{middle(team, 40)}</bdi> you say that exactly these files are what was released.
            Every byte is read for it, so that large models take a while. Whoever has the files and the team's public
            key can check it; a signature given out cannot be called back.
          </p>
        ),
        confirm: "Sign the files",
      }}
      done={{ message: `${middle(reference, 40)} is signed.` }}
    />
  );
}
