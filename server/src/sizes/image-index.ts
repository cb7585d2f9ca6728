// The rows of one image of the snapshot, taken apart and made easy to ask.
import { type BasesSnapshot, expandTags, type ImageRows, sizeUnit } from "./bases-format.ts";
import { parseTag, type Tag, tagKey } from "./tag.ts";

/** A measured image of today. */
export interface Row {
  readonly tag: string;
  readonly bytes: number;
  readonly day: string;
  /** The full tag that the tag stood for when it was measured: `3.12-slim` → `3.12.13-slim-trixie`. */
  readonly stoodFor: string;
  readonly os: string;
  readonly remark: string;
}

/** Tags that are one image. */
export interface Group {
  readonly tags: readonly string[];
  /** `debian:trixie-slim`; "" where it is not known. */
  readonly os: string;
  /** The measured image among them. */
  readonly row?: Row;
}

export interface OldGroup extends Group {
  readonly bytes: number;
  readonly day: string;
  readonly cmd?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A tag with its parts. */
export interface Known<T> {
  readonly text: string;
  readonly tag: Tag;
  readonly what: T;
}

export class ImageIndex {
  readonly source: string;
  readonly rows = new Map<string, Row>();
  readonly groups = new Map<string, Group>();
  readonly old = new Map<string, OldGroup>();
  private parts: { rows: Known<Row>[]; today: Known<Row | Group>[]; old: Known<OldGroup>[]; byKey: Map<string, string> } | undefined;

  constructor(snapshot: BasesSnapshot, image: ImageRows) {
    this.source = image.source ?? "";
    for (const line of image.sizes ?? []) {
      const [tag = "", size = "", day = "", stoodFor = "", , os = "", remark = ""] = line.split(";");
      const row = {
        tag,
        bytes: Number(size) * sizeUnit,
        day: date(day),
        stoodFor: stoodFor || tag,
        os: snapshot.os[Number(os || -1)] ?? "",
        remark,
      };
      this.rows.set(tag, row);
      if (!this.rows.has(row.stoodFor)) this.rows.set(row.stoodFor, row);
    }
    for (const { fields, tags } of lists(image.tags, 1)) {
      const row = tags.map((tag) => this.rows.get(tag)).find((found) => found !== undefined);
      const group: Group = { tags, os: snapshot.os[Number(fields[0] || -1)] ?? "", ...(row ? { row } : {}) };
      for (const tag of tags) this.groups.set(tag, group);
    }
    for (const { fields, tags } of lists(image.old, 1)) {
      const [os = "", , size = "", day = "", cmd = "", entrypoint = "", env = ""] = fields;
      const group: OldGroup = {
        tags,
        os: snapshot.os[Number(os || -1)] ?? "",
        bytes: Number(size) * sizeUnit,
        day: date(day),
        env: Object.fromEntries(env ? env.split(",").map((index) => variable(snapshot.env[Number(index)])) : []),
        ...(cmd ? { cmd: words(snapshot.commands[Number(cmd)]) } : {}),
        ...(entrypoint ? { entrypoint: words(snapshot.commands[Number(entrypoint)]) } : {}),
      };
      for (const tag of tags) this.old.set(tag, group);
    }
  }

  /** All tags by their parts; made only when a tag is not found as it is written. */
  byParts() {
    if (!this.parts) {
      const parse = <T>(map: ReadonlyMap<string, T>): Known<T>[] => [...map].map(([text, what]) => ({ text, tag: parseTag(text), what }));
      const rows = parse(this.rows);
      const today = [...rows, ...parse(this.groups).filter(({ text }) => !this.rows.has(text))];
      const old = parse(this.old);
      // The newest last: it wins.
      const byKey = new Map([...old, ...today].map(({ tag, text }) => [tagKey(tag), text]));
      this.parts = { rows, today, old, byKey };
    }
    return this.parts;
  }
}

function lists(lines: readonly string[] = [], column: number): { fields: string[]; tags: string[] }[] {
  const rows = lines.map((line) => line.split(";"));
  const tags = expandTags(rows.map((fields) => fields[column] ?? ""));
  return rows.map((fields, i) => ({ fields, tags: tags[i] ?? [] }));
}

/** 260714 → 2026-07-14 */
const date = (day: string): string => `20${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4, 6)}`;

function variable(text = ""): [string, string] {
  const equals = text.indexOf("=");
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function words(text = ""): string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map(String) : [];
  } catch {
    return [];
  }
}
