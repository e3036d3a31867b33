import { useDebouncedCallback } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Problem, problemOf } from "../api/problem";

interface ServerForm<Values extends object, Answer> {
  initial: Values;
  /** Sends the values; with `dryRun` the server only checks them. */
  send: (values: Values, dryRun: boolean) => Promise<Answer>;
  onDone: (answer: Answer) => void;
}

/**
 * A form that is checked by the server's own rules: a moment after each change it is sent as a dry run, and what the server says against
 * it stands at its field. What belongs to no field is in `problem`.
 */
export function useServerForm<Values extends object, Answer>({ initial, send, onDone }: ServerForm<Values, Answer>) {
  const [values, setValues] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [found, setFound] = useState<Problem | undefined>();
  const client = useQueryClient();
  const check = useDebouncedCallback((next: Values) => {
    send(next, true).then(
      () => setFound(undefined),
      (error: unknown) => setFound(problemOf(error)),
    );
  }, 350);
  const submission = useMutation<Answer, Problem>({
    mutationFn: () => send(values, false),
    onSuccess: (answer) => {
      void client.invalidateQueries();
      onDone(answer);
    },
  });
  const refusal = submission.error ? problemOf(submission.error) : undefined;
  const shown = refusal ?? found;
  const messages = shown?.byField() ?? {};
  const set = <Name extends keyof Values & string>(name: Name, value: Values[Name]) => {
    const next = { ...values, [name]: value };
    setValues(next);
    setTouched(new Set([...touched, name]));
    submission.reset();
    check(next);
  };
  /** The message at a field: after it was touched, or once all was sent. */
  const errorOf = (name: string) => (refusal || touched.has(name) ? messages[name] : undefined);
  const isKnownField = shown?.field !== undefined && shown.field in values;
  return {
    values,
    setValues,
    set,
    errorOf,
    submit: () => submission.mutate(),
    isSending: submission.isPending,
    problem: refusal && !isKnownField && refusal.problems.length === 0 ? refusal : undefined,
    refusal,
    reset: () => {
      setValues(initial);
      setTouched(new Set());
      setFound(undefined);
      submission.reset();
    },
  };
}
