import { subjectPath, versionPath } from "./subjectPath";

/** What an event must say to be told. */
export interface Told {
  kind: string;
  subject_kind: string;
  subject_id: string;
  body?: unknown;
  /** Where it was, when that is known. */
  project_name?: string | null | undefined;
}

/** A piece of a sentence: plain words, or the name of something, with the page that shows it. */
export type Part = string | { name: string; path?: string | undefined };

/** Names behind ids that events carry; a sentence does without them. */
export interface Names {
  /** Name of the service with this id. */
  service?: (id: string) => string | undefined;
}

/** Reads an event's body, which is whatever its version wrote: what is not there is left out of the sentence. */
export class EventReader {
  readonly told: Told;
  private readonly body: Record<string, unknown>;
  private readonly names: Names;

  constructor(told: Told, names: Names) {
    this.told = told;
    this.names = names;
    this.body = typeof told.body === "object" && told.body !== null ? (told.body as Record<string, unknown>) : {};
  }

  text(field: string): string | undefined {
    const value = this.body[field];
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  count(field: string): number | undefined {
    const value = this.body[field];
    return typeof value === "number" ? value : undefined;
  }

  object(field: string): Record<string, unknown> {
    const value = this.body[field];
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  }

  /** The subject with its page, under a better name when the body has one. */
  subject(name = this.told.subject_id): Part {
    return { name, path: subjectPath(this.told.subject_kind, this.told.subject_id) };
  }

  /** The job that is the subject, by project and name: every project has a `train`. */
  job(): Part {
    const [project, name] = [this.told.project_name, this.text("name")];
    return this.subject(project && name ? `${project}/${name}` : name);
  }

  /** The subject's name without a page: it is gone. */
  gone(name = this.told.subject_id): Part {
    return { name };
  }

  /** The service of a rollout, leading to the rollout. */
  rollout(): Part {
    const service = this.text("service_name") ?? this.names.service?.(this.text("service") ?? "");
    if (service === undefined) return "a service";
    return { name: service, path: `/services/${encodeURIComponent(service)}/rollouts/${this.told.subject_id}` };
  }

  /** `model/3`, leading to that version. */
  version(): Part {
    const [model, version] = [this.text("model") ?? this.told.subject_id, this.count("version")];
    const path = version === undefined ? subjectPath("model", model) : versionPath(model, version);
    return { name: `${model}/${version ?? "?"}`, path };
  }
}
