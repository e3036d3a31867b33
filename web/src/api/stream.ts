/** One server-sent event (WHATWG HTML, section 9.2). */
export interface SentEvent {
  event: string;
  data: string;
}

/**
 * Reads the events of an answer as they come. Our own reader and not `EventSource`, because events are named by their kind, which
 * `EventSource` gives only to listeners that know the name, and because it hides the status of a refused stream.
 */
export async function* readServerSentEvents(answer: Response): AsyncGenerator<SentEvent> {
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  let event = "message";
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (waiting + value).split(/\r\n|\n|\r/);
      waiting = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          if (data.length > 0 || event !== "message") yield { event, data: data.join("\n") };
          event = "message";
          data = [];
        } else if (line.startsWith("event:")) event = line.slice(6).trim();
        else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
