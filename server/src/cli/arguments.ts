import { parseArgs } from "node:util";
import { parseBytes } from "../topics/bytes.ts";
import { nearest } from "../topics/nearest.ts";
import { UsageError } from "./output.ts";

export interface Flag {
  readonly help: string;
  /** What its value is called in the help; absent for one that takes none. */
  readonly value?: string;
  /** The values it takes, the default first. */
  readonly choices?: readonly string[];
  readonly repeated?: true;
}

export type Flags = Readonly<Record<string, Flag>>;

const always: Flags = { help: { help: "show this help" } };

/** What a command was called with. */
export class Arguments {
  constructor(
    readonly operands: readonly string[],
    readonly values: Readonly<Record<string, readonly string[]>>,
  ) {}

  has(flag: string): boolean {
    return this.values[flag] !== undefined;
  }

  value(flag: string): string | undefined {
    return this.values[flag]?.at(-1);
  }

  all(flag: string): readonly string[] {
    return this.values[flag] ?? [];
  }

  /** In bytes. */
  size(flag: string): number | undefined {
    const text = this.value(flag);
    const bytes = text === undefined ? undefined : parseBytes(text);
    if (text !== undefined && bytes === undefined) throw new UsageError(`--${flag} ${text}: a size is 0, 1500000, 100kB, 1MB or 1.2GB`);
    return bytes;
  }

  /** K=V. */
  pairs(flag: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.all(flag).map((text) => {
        const at = text.indexOf("=");
        if (at < 1) throw new UsageError(`--${flag} ${text}: expected NAME=VALUE`);
        return [text.slice(0, at), text.slice(at + 1)];
      }),
    );
  }
}

/** Throws `UsageError`, with the nearest flag for one that there is not. */
export function readArguments(args: readonly string[], own: Flags): Arguments {
  const flags: Flags = { ...own, ...always };
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: flag.value ? ("string" as const) : ("boolean" as const), ...(name === "help" && { short: "h" }) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true });
  const values: Record<string, string[]> = {};
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (!flag) throw new UsageError(unknownFlag(token.rawName, Object.keys(flags)));
    if (flag.value && (token.value === undefined || (!token.inlineValue && /^--./.test(token.value))))
      throw new UsageError(`--${token.name} needs a value: --${token.name} ${flag.value}`);
    if (!flag.value && token.value !== undefined) throw new UsageError(`--${token.name} takes no value`);
    const value = token.value ?? "";
    if (flag.choices && !flag.choices.includes(value)) throw new UsageError(`--${token.name} ${value}: expected ${inWords(flag.choices)}`);
    if (!flag.repeated && values[token.name] && flag.value) throw new UsageError(`--${token.name} is given twice`);
    values[token.name] = [...(values[token.name] ?? []), value];
  }
  return new Arguments(operands, values);
}

export const inWords = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

function unknownFlag(raw: string, names: readonly string[]): string {
  const near = nearest(raw.replace(/^-+/, ""), names);
  return `unknown flag ${raw}${near ? `; did you mean --${near}?` : ""}`;
}
