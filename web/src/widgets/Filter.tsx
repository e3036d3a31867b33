import { TextInput } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useUrlState } from "../state/url";

/** A text filter kept in the address. `/` jumps to it, unless the page has another one for that. */
export function Filter({
  name = "q",
  label,
  placeholder,
  error,
  width = 260,
  slash = true,
}: {
  name?: string;
  label: string;
  placeholder?: string;
  error?: string | undefined;
  width?: number | string;
  slash?: boolean;
}) {
  const { get, set } = useUrlState();
  const inAddress = get(name) ?? "";
  const [text, setText] = useState(inAddress);
  const written = useRef(inAddress);
  const input = useRef<HTMLInputElement>(null);
  const write = useDebouncedCallback((next: string) => {
    written.current = next;
    set({ [name]: next });
  }, 250);
  // The back button changes the address under us.
  useEffect(() => {
    if (inAddress !== written.current) {
      written.current = inAddress;
      setText(inAddress);
    }
  }, [inAddress]);
  useHotkeys(slash ? [["/", () => input.current?.focus()]] : []);
  return (
    <TextInput
      ref={input}
      size="sm"
      w={width}
      maw="100%"
      aria-label={label}
      placeholder={placeholder ?? label}
      leftSection={<IconSearch size={15} aria-hidden />}
      value={text}
      error={error}
      onChange={(event) => {
        setText(event.currentTarget.value);
        write(event.currentTarget.value);
      }}
    />
  );
}
