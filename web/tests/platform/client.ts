import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Where the platform of these tests is, and what lies on it. Written by the global setup, read by every test. */
export interface Stage {
  program: string;
  data: string;
  url: string;
  gatewayUrl: string;
  token: string;
  /** Value of the session cookie of the administrator. */
  session: string;
  seeded: Record<string, string>;
}

const run = promisify(execFile);

/** Calls the platform as a program with a token does. Refusals are errors that say what the server said. */
export class Client {
  private readonly base: string;
  private readonly token: string;

  constructor(base: string, token: string) {
    this.base = base;
    this.token = token;
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const isText = typeof body === "string";
    const answer = await fetch(this.base + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined || isText ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes; what is missing fails the test.
  async json(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<any> {
    return (await this.send(method, path, body, headers)).json();
  }
}

/** Runs the command line as the administrator of this stage; its standard output. */
export async function commandLine(
  stage: Pick<Stage, "program" | "data">,
  words: string[],
  folder?: string,
): Promise<string> {
  const { stdout } = await run(stage.program, words, {
    env: { ...process.env, ROADBED_DATA: stage.data, ROADBED_URL: "", ROADBED_TOKEN: "" },
    ...(folder ? { cwd: folder } : {}),
    maxBuffer: 64 << 20,
  });
  return stdout;
}

/** Asks again until it is so; fails with what was last seen. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await ask();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
