import { useDebouncedCallback } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
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
  // Two fields set in one event must not undo each other.
  const latest = useRef(values);
  latest.current = values;
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [found, setFound] = useState<Problem | undefined>();
  const client = useQueryClient();
  // Answers may overtake each other: only the newest question counts.
  const asked = useRef(0);
  const check = useDebouncedCallback((next: Values) => {
    asked.current += 1;
    const number = asked.current;
    const say = (problem: Problem | undefined) => number === asked.current && setFound(problem);
    send(next, true).then(
      () => say(undefined),
      (error: unknown) => say(problemOf(error)),
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
    const next = { ...latest.current, [name]: value };
    latest.current = next;
    setValues(next);
    setTouched((before) => new Set([...before, name]));
    submission.reset();
    check(next);
  };
  /** The message at a field or inside it (`steps[1]`): after it was touched, or once all was sent. */
  const errorOf = (name: string) => {
    if (!refusal && !touched.has(name)) return undefined;
    const inside = Object.keys(messages).find((key) => key.startsWith(`${name}[`) || key.startsWith(`${name}.`));
    return messages[name] ?? (inside === undefined ? undefined : messages[inside]);
  };
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
