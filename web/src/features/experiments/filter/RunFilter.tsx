import { Combobox, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedCallback, useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { middle } from "../../../state/format";
import { useKeys } from "../table/useRuns";
import { completed, completionAt, keySuggestion, type Suggestion } from "./completion";
import { FilterHelp } from "./FilterHelp";
import classes from "./RunFilter.module.css";

const TYPING_MILLIS = 300;
/** As many keys as are offered at once; typing narrows them. */
const OFFERED = 9;

interface RunFilterProps {
  experiments: string[];
  /** The filter in the address. */
  written: string;
  onWrite: (filter: string) => void;
  /** What the server has against it. Not told while suggestions show how to go on. */
  error: string | undefined;
}

/** A filter in MLflow's language, with completion of what can stand at the caret. `/` jumps to it. */
export function RunFilter({ experiments, written, onWrite, error }: RunFilterProps) {
  const [text, setText] = useState(written);
  const [caret, setCaret] = useState(written.length);
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(written);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const send = useDebouncedCallback((next: string) => {
    sent.current = next;
    onWrite(next);
  }, TYPING_MILLIS);
  // The back button and saved views change the address under us.
  useEffect(() => {
    if (written === sent.current) return;
    sent.current = written;
    setText(written);
  }, [written]);
  useHotkeys([["/", () => input.current?.focus()]]);
  const { suggestions, completion } = useSuggestions(experiments, text, caret);

  const change = (next: string, position: number) => {
    setText(next);
    setCaret(position);
    send(next);
  };
  const take = (suggestion: string) => {
    const next = completed(text, completion, suggestion);
    change(next.filter, next.caret);
    // React writes the text first; then the caret can go behind what was put in.
    requestAnimationFrame(() => input.current?.setSelectionRange(next.caret, next.caret));
    combobox.resetSelectedOption();
  };
  return (
    <div className={classes.field}>
      <Combobox store={combobox} onOptionSubmit={take} withinPortal position="bottom-start" width="target">
        <Combobox.Target>
          <TextInput
            ref={input}
            aria-label="Filter runs"
            placeholder="metrics.auc > 0.9 and params.depth = '4'"
            classNames={{ input: classes.input }}
            leftSection={<IconSearch size={15} aria-hidden />}
            rightSection={<FilterHelp onExample={(example) => change(example, example.length)} />}
            value={text}
            error={combobox.dropdownOpened && suggestions.length > 0 ? undefined : error}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => {
              change(event.currentTarget.value, event.currentTarget.selectionStart ?? 0);
              combobox.openDropdown();
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
            onClick={() => combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={suggestions.length === 0}>
          <Combobox.Options aria-label="What can stand here">
            {suggestions.map((suggestion) => (
              <Combobox.Option key={suggestion.text} value={suggestion.text}>
                <bdi className={classes.suggestion}>{middle(suggestion.text.trim(), 70)}</bdi>
                {suggestion.about && <span className={classes.about}>{suggestion.about}</span>}
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
    </div>
  );
}

/** What fits at the caret: words of the language, or keys that the server knows. */
function useSuggestions(experiments: string[], text: string, caret: number) {
  const completion = completionAt(text, caret);
  const { keys: wanted } = completion;
  const [word] = useDebouncedValue(wanted?.word ?? "", 150);
  const found = useKeys(experiments, {
    ...(wanted ? { kind: wanted.kind } : {}),
    word,
    limit: OFFERED,
    isOff: wanted === undefined,
  });
  if (!wanted) return { completion, suggestions: completion.suggestions };
  const typed = text.slice(completion.from, completion.to);
  const suggestions: Suggestion[] = found.keys
    .filter((column) => column.kind === wanted.kind)
    .slice(0, OFFERED)
    .map((column) => keySuggestion(typed, column.kind, column.key))
    .filter((suggestion) => suggestion.text.trim() !== typed);
  return { completion, suggestions };
}
