import { useState } from "react";
import { useLocation } from "wouter";
import { api, type Schemas } from "../../../api/client";
import { type Problem, problemOf } from "../../../api/problem";
import { useAddress } from "../../../state/url";
import { rolloutPath } from "../../../widgets/rollouts/RolloutTable";
import { tell } from "../../../widgets/toast";
import { useServerForm } from "../../../widgets/useServerForm";
import { bodyOf, type DeployValues, partsOf, referenceOf } from "./deployValues";

/** What the server says to a release that was not made yet. */
interface Checked {
  plan?: Schemas["RolloutView"] | undefined;
  problem?: Problem | undefined;
}

/** The form that releases a model. It is checked by the server while it is filled, and the answer says what to expect. */
export function useDeployForm(service: string | undefined, reference: string | undefined, onDone: () => void) {
  const [, navigate] = useLocation();
  const address = useAddress();
  const [checked, setChecked] = useState<Checked>({});
  const initial: DeployValues = {
    service: service ?? "",
    project: "",
    ...partsOf(reference ?? ""),
    strategy: "",
    steps: "",
    again: false,
  };
  const form = useServerForm({
    initial,
    send: async (values, dryRun) => {
      if (referenceOf(values) === undefined || values.service === "") {
        setChecked({});
        return undefined;
      }
      try {
        const { data } = await api.POST("/api/v1/services/{service}/deploy", {
          params: { path: { service: values.service }, query: { dry_run: dryRun } },
          body: bodyOf(values),
        });
        setChecked({ plan: data });
        return data;
      } catch (error) {
        setChecked({ problem: problemOf(error) });
        throw error;
      }
    },
    onDone: (made) => {
      if (!made) return;
      onDone();
      tell(`The release of ${made.model} to ${made.service} has begun.`);
      navigate(address(rolloutPath(made)));
    },
  });
  return { form, checked };
}
