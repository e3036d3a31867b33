import { useEffect, useRef, useState } from "react";
import { followLog } from "../../widgets/log/followLog";
import classes from "./templates.module.css";

const KEPT_LINES = 200;

/** The last lines of a job's log as they are written. The whole log is on the job's page. */
export function LogTail({ job }: { job: string }) {
  const [text, setText] = useState("");
  const [trouble, setTrouble] = useState<string | undefined>();
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    setText("");
    const onText = (more: string) =>
      setText((before) => {
        const lines = (before + more).split("\n");
        return lines.slice(Math.max(0, lines.length - KEPT_LINES)).join("\n");
      });
    return followLog(job, { onText, onEnd: () => {}, onTrouble: setTrouble });
  }, [job]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new text is what moves the end.
  useEffect(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [text]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    <section ref={box} className={classes.log} tabIndex={0} aria-label="Last lines of the log">
      <pre>
        {trouble ??
          (text === "" ? "Waiting for the first line. A new environment is built before the code starts." : text)}
      </pre>
    </section>
  );
}
