/** One of several things that are wrong with a request. */
export interface ProblemItem {
  detail: string;
  field?: string | undefined;
  line?: string | undefined;
  fix?: string | undefined;
}

/** What the server said when it refused (RFC 9457), or that it could not be reached. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly field: string | undefined;
  readonly fix: string | undefined;
  readonly requestId: string | undefined;
  readonly problems: ProblemItem[];
  /** The whole answer: conflicts carry the state that is in force now. */
  readonly body: Record<string, unknown>;

  constructor(body: Record<string, unknown>, status: number) {
    const text = (name: string) => (typeof body[name] === "string" ? (body[name] as string) : undefined);
    const detail = text("detail") ?? `the server answered ${status}`;
    super(detail);
    this.status = status;
    this.code = text("code") ?? "unknown";
    this.title = text("title") ?? "Error";
    this.detail = detail;
    this.field = text("field");
    this.fix = text("fix");
    this.requestId = text("request_id");
    this.problems = Array.isArray(body.problems) ? (body.problems as ProblemItem[]) : [];
    this.body = body;
  }

  static async of(response: Response): Promise<Problem> {
    const body = await response.json().catch(() => ({}));
    return new Problem(typeof body === "object" && body !== null ? body : {}, response.status);
  }

  static unreachable(cause: unknown): Problem {
    const detail = "the server does not answer";
    const problem = new Problem({ code: "unreachable", title: "No answer", detail, fix: "it is asked again" }, 0);
    problem.cause = cause;
    return problem;
  }

  /** Messages by field, for a form; the empty name holds what belongs to no field. */
  byField(): Record<string, string> {
    const messages: Record<string, string> = {};
    const add = (field: string | undefined, item: { detail: string; fix?: string | undefined }) => {
      const message = item.fix ? `${item.detail}: ${item.fix}` : item.detail;
      messages[field ?? ""] = messages[field ?? ""] ? `${messages[field ?? ""]}; ${message}` : message;
    };
    for (const item of this.problems) add(item.field, item);
    if (this.problems.length === 0) add(this.field, { detail: this.detail, fix: this.fix });
    return messages;
  }

  get isConflict(): boolean {
    return this.status === 409 || this.status === 412;
  }
}

/** Anything thrown, as a problem. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem({ code: "portal", title: "Error", detail }, 0);
}
