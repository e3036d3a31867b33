import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Problem } from "../api/problem";

interface TextEdit {
  /** The text as it is at this moment. */
  now: string;
  /** The text as it is typed. */
  mine: string;
  /** What the server said when the edit was sent. */
  refusal: Problem | undefined;
  /** Address of the API that shows the text, as queries have it. */
  path: string;
}

/**
 * Keeps an edit of one text from undoing what somebody else wrote. Other changes of the same thing do not matter to it; when the text
 * itself changed, the person decides.
 */
export function useTextEdit({ now, mine, refusal, path }: TextEdit) {
  const client = useQueryClient();
  const [base, setBase] = useState(now);
  const isRefused = refusal?.isConflict === true;
  // The refusal came before the news: ask for what is in force now.
  useEffect(() => {
    if (isRefused) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === path });
  }, [isRefused, client, path]);
  return {
    base,
    hasConflict: now !== base && now !== mine && mine !== base,
    /** The edit starts from what is there now. */
    rebase: () => setBase(now),
  };
}
