import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { query } from "../../api/client";
import { useSession } from "../../state/session";
import { useUrlState } from "../../state/url";
import { addressOf, type Choice, checkChoice, choiceOf } from "./choice";

/** Templates change with the program only. */
const KEPT_MILLIS = 600_000;

export function useTemplates() {
  return query.useQuery("get", "/api/v1/templates", {}, { staleTime: KEPT_MILLIS });
}

/** The choice in the address, its template, and how to change it. */
export function useChoice() {
  const { search, set, get } = useUrlState();
  const { team } = useSession();
  const templates = useTemplates();
  const choice = useMemo(() => choiceOf(search, team), [search, team]);
  const template = templates.data?.items.find(({ name }) => name === choice.template);
  const defaults = useMemo(
    () => Object.fromEntries((template?.parameters ?? []).map((parameter) => [parameter.name, parameter.default])),
    [template],
  );
  const step = template ? Math.min(3, Math.max(1, Number(get("step")) || 1)) : 1;
  const write = useCallback(
    (next: Choice, nextStep: number, push: boolean) =>
      set({ ...addressOf(next, team, defaults), step: nextStep === 1 ? undefined : String(nextStep) }, { push }),
    [set, team, defaults],
  );
  return { choice, template, templates, defaults, step, write };
}

/** What the server says to a choice; asked anew for each other one. */
export function useChecked(choice: Choice) {
  return useQuery({
    queryKey: ["post", "/api/v1/templates/{template}/preview", choice],
    queryFn: () => checkChoice(choice),
    enabled: choice.template !== "" && choice.name !== "",
    placeholderData: (before) => before,
  });
}
