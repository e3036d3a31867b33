import type { Schemas } from "../../../api/client";
import { shellWord } from "../../../state/format";

/** What a person filled in to release a model. */
export interface DeployValues {
  service: string;
  /** Of a new service. */
  project: string;
  model: string;
  /** A number such as `3`, or an alias such as `@champion`. */
  version: string;
  strategy: "" | Schemas["Strategy"];
  /** As typed: `5%, 25, 50 %`. */
  steps: string;
  again: boolean;
}

/** `name/version` or `name@alias`; undefined while something is missing. */
export function referenceOf({ model, version }: Pick<DeployValues, "model" | "version">): string | undefined {
  if (model === "" || version === "") return undefined;
  return version.startsWith("@") ? `${model}${version}` : `${model}/${version}`;
}

/** The other way: `churn/3` or `churn@champion`, as links carry it. */
export function partsOf(reference: string): { model: string; version: string } {
  const alias = reference.lastIndexOf("@");
  if (alias > 0) return { model: reference.slice(0, alias), version: reference.slice(alias) };
  const slash = reference.lastIndexOf("/");
  return slash > 0
    ? { model: reference.slice(0, slash), version: reference.slice(slash + 1) }
    : { model: reference, version: "" };
}

/** Shares as the server reads them. A number without a sign means percent. */
export function stepsOf(text: string): string[] {
  const words = text.replace(/\s+%/g, "%").split(/[\s,;]+/);
  return words.filter((word) => word !== "").map((word) => (/^\d+(\.\d+)?$/.test(word) ? `${word}%` : word));
}

/** The body that is sent; what is left empty is left to the settings of the service. */
export function bodyOf(values: DeployValues): Schemas["NewDeploy"] {
  const steps = stepsOf(values.steps);
  return {
    model: referenceOf(values) ?? "",
    again: values.again,
    ...(values.strategy === "" ? {} : { strategy: values.strategy }),
    ...(steps.length === 0 || values.strategy === "all_at_once" ? {} : { steps }),
    ...(values.project === "" ? {} : { project: values.project }),
  };
}

/** The same in a terminal. */
export function commandOf(values: DeployValues): string {
  const body = bodyOf(values);
  const reference = body.model === "" ? "NAME/VERSION" : shellWord(body.model);
  return [
    `roadbed deploy ${values.service === "" ? "SERVICE" : shellWord(values.service)} --model ${reference}`,
    body.strategy ? `--strategy ${body.strategy}` : "",
    body.steps ? `--steps ${shellWord(body.steps.join(","))}` : "",
    body.again ? "--again" : "",
    body.project ? `--project ${shellWord(body.project)}` : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}
