import type { Effect } from "../image/effects.ts";
import { measured, type Size, sum, typical, unknown, zero } from "../image/size.ts";
import type { Argument } from "../shell/words.ts";
import { type Call, type Handler, nodeAt, options, pathOf } from "./call.ts";

// What prints: how many bytes, and the text where it is known, for what reads it from a pipe, a file or `$(…)`.

/** The bytes of a text in UTF-8. */
export const utf8Length = (text: string): number => {
  let bytes = 0;
  for (const c of text) {
    const code = c.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
};

const prints = (text: string): Effect[] => [{ do: "print", size: measured(utf8Length(text)), text }];
const printsUnknown: Effect[] = [{ do: "print", size: unknown }];

const echo: Handler = (call) => {
  const plain = call.args.findIndex((a) => !/^-[neE]+$/.test(a.text));
  const flags = call.args.slice(0, plain < 0 ? undefined : plain);
  const words = plain < 0 ? [] : call.args.slice(plain);
  const text = words.map((a) => a.text).join(" ");
  const length = utf8Length(text.replace(/\\[\\abfnrtv]/g, "n")) + (flags.some((f) => f.text.includes("n")) ? 0 : 1);
  const known = words.every((a) => a.known && !a.glob);
  const end = flags.some((f) => f.text.includes("n")) ? "" : "\n";
  // What a backslash stands for differs from shell to shell.
  return [{ do: "print", size: known ? measured(length) : typical(length), ...(known && !text.includes("\\") && { text: text + end }) }];
};

const printf: Handler = (call) => {
  const [format, ...rest] = call.args[0]?.text === "--" ? call.args.slice(1) : call.args;
  if (!format) return [];
  const plain = format.text.replaceAll("\\n", "\n");
  const text = format.text.replace(/\\[\\abfnrtv]/g, "n");
  if (rest.length === 0 && !/%/.test(text))
    return [{ do: "print", size: measured(utf8Length(text)), ...(format.known && !plain.includes("\\") && { text: plain }) }];
  return [
    {
      do: "print",
      size:
        /^(?:[^%]|%s|%%)*$/.test(text) && call.args.every((a) => a.known)
          ? measured(
              printed(
                text,
                rest.map((a) => a.text),
              ),
            )
          : unknown,
    },
  ];
};

/** printf uses its format again until the arguments are used up. */
function printed(format: string, args: readonly string[]): number {
  const slots = format.match(/%s/g)?.length ?? 0;
  const rounds = slots === 0 ? 1 : Math.max(1, Math.ceil(args.length / slots));
  const fixed = utf8Length(format.replace(/%s/g, "").replace(/%%/g, "%"));
  return fixed * rounds + (slots === 0 ? 0 : args.reduce((n, a) => n + utf8Length(a), 0));
}

const cat: Handler = (call) => {
  // Numbers, marks and what else its options put in.
  if (call.args.some((a) => /^-./.test(a.text) && !/^-[-u]$/.test(a.text))) return printsUnknown;
  const texts = textsOf(call, options(call.args).operands);
  if (texts) return prints(texts.join(""));
  const files = options(call.args).operands;
  if (files.length === 0) return [{ do: "print", size: call.stdin?.size ?? zero }];
  return [{ do: "print", size: sum(files.map((f) => (f.text === "-" ? call.stdin?.size : undefined) ?? sizeAt(call, f.text))) }];
};

/** `ls -d /opt/app-*`: as if the pattern stood there. What is in a folder that it names would be printed without the folder. */
const ls: Handler = (call) => {
  const o = options(call.args);
  const [file, more] = o.operands;
  const plain = call.args.every((a) => !a.text.startsWith("-") || /^-[1dtrSU]+$/.test(a.text));
  if (!file?.glob || !file.known || more || !plain || !(o.has("-d") || /\.\w+$/.test(file.text))) return printsUnknown;
  return [{ do: "print", size: unknown, pattern: file.text }];
};

const textOf = ({ stdin }: Call): { text?: string } => (stdin?.text === undefined ? {} : { text: stdin.text });

const sizeAt = (call: Call, text: string): Size => {
  const node = nodeAt(call, text);
  return node?.type === "file" ? node.entry.size : unknown;
};

/** The texts of the files that are named, or of what is piped in; undefined where one is not known. */
function textsOf(call: Call, files: readonly Argument[]): readonly string[] | undefined {
  const texts = (files.length > 0 ? files : [{ text: "-", known: true, glob: false }]).map((file) =>
    file.text === "-" ? call.stdin?.text : file.known && !file.glob ? call.textAt?.(pathOf(call, file.text)) : undefined,
  );
  return texts.every((t) => t !== undefined) ? texts : undefined;
}

const tee: Handler = (call) => {
  const o = options(call.args);
  const size = call.stdin?.size ?? unknown;
  const append = o.has("-a", "--append");
  return [
    ...o.operands.map((p): Effect => ({ do: "write", path: pathOf(call, p.text), size, kind: "artifact", append, ...textOf(call) })),
    { do: "print", size, ...textOf(call) },
  ];
};

/** One line for each file: the digest in hexadecimal, two characters, the name. */
const checksum =
  (digits: number): Handler =>
  (call) => {
    const o = options(call.args);
    if (o.has("-c", "--check")) return [{ do: "print", size: unknown }];
    const names = o.operands.length ? o.operands : [{ text: "-", known: true, glob: false }];
    const known = names.every((a) => a.known && !a.glob);
    return [{ do: "print", size: known ? measured(names.reduce((n, a) => n + digits + 3 + utf8Length(a.text), 0)) : unknown }];
  };

/** Longer lines are not filtered. */
const maximumLine = 1000;

/** A filter whose lines are those of its input, or some of them. */
const lines =
  (filter: (call: Call) => { files: readonly Argument[]; keep(lines: readonly string[]): readonly string[] } | undefined): Handler =>
  (call) => {
    const wanted = filter(call);
    const texts = wanted && textsOf(call, wanted.files);
    if (!texts) return printsUnknown;
    const all = texts.flatMap((text) => (text === "" ? [] : text.replace(/\n$/, "").split("\n")));
    // Where a pattern fits is tried from each character of a line.
    if (all.some((line) => line.length > maximumLine)) return printsUnknown;
    const kept = wanted.keep(all);
    return prints(kept.map((line) => `${line}\n`).join(""));
  };

/** `grep -v '^#' packages.txt`: patterns of letters, `^`, `$`, `.`, white space and a single star. */
const grep = lines((call) => {
  const o = options(call.args, "e f m A B C --regexp --file");
  const [first, ...rest] = o.operands;
  const given = o.value("-e", "--regexp");
  const pattern = given ?? first?.text;
  const others = call.args.some((a) => /^-/.test(a.text) && !/^-[vEhe]+$/.test(a.text) && a.text !== "--invert-match");
  if (pattern === undefined || pattern.length > maximumLine || others || o.values("-e", "--regexp").length > 1) return undefined;
  const simple = pattern.replaceAll("[[:space:]]", "\\s").replaceAll("[[:blank:]]", "\\s");
  if (!/^\^?(?:(?:[\w #.:;-]|\\s)+\*?)?(?:[\w #.:;-]|\\s)*\$?$/.test(simple)) return undefined;
  const fits = new RegExp(simple, "s");
  const inverted = o.has("-v", "--invert-match");
  const files = given === undefined ? rest : o.operands;
  // Of several files each line has its file's name before it.
  if (files.length > 1 && !o.has("-h")) return undefined;
  return { files, keep: (all) => all.filter((line) => fits.test(line) !== inverted) };
});

/** `sort -o FILE`; without -o it prints. */
const sort: Handler = (call) => {
  const output = options(call.args, sortOptions).value("-o", "--output");
  return output === undefined ? sorted(call) : [{ do: "write", path: pathOf(call, output), size: unknown, kind: "artifact" }];
};

const sortOptions = "k t o S T --output --key --field-separator --buffer-size --temporary-directory";
const sorted = lines((call) => {
  const o = options(call.args, sortOptions);
  if (call.args.some((a) => a.text.startsWith("-") && a.text !== "-u")) return undefined;
  const unique = (all: readonly string[]): readonly string[] => (o.has("-u") ? [...new Set(all)] : all);
  return { files: o.operands, keep: (all) => [...unique(all)].sort() };
});

/** `tr '\n' ' '`, `tr -d '\r'`: one character for another, or without one. */
const tr: Handler = (call) => {
  const remove = call.args[0]?.text === "-d";
  const [from, to] = call.args.slice(remove ? 1 : 0).map((a) => a.text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t"));
  const text = call.stdin?.text;
  // Each byte becomes another one.
  if (text === undefined && call.stdin && call.args.length === 2 && !call.args[0]?.text.startsWith("-"))
    return [{ do: "print", size: call.stdin.size }];
  if (text === undefined || from?.length !== 1 || (remove ? to !== undefined : to?.length !== 1)) return printsUnknown;
  return prints(text.replaceAll(from, remove ? "" : (to ?? "")));
};

/** Alone, as echo prints them: the words of its input in one line. */
const xargs: Handler = (call) => {
  const text = call.args.length === 0 ? call.stdin?.text : undefined;
  return text === undefined || /["'\\]/.test(text) ? printsUnknown : prints(`${text.trim().split(/\s+/).join(" ")}\n`);
};

/** `basename /a/b.tgz .tgz`, `dirname /a/b`: of one path. */
const pathPart =
  (part: (path: string, suffix: string) => string): Handler =>
  (call) => {
    const [path, suffix, more] = call.args;
    if (!path || more || !path.known || path.glob || suffix?.known === false || call.args.some((a) => a.text.startsWith("-")))
      return printsUnknown;
    return prints(`${part(path.text.replace(/(.)\/+$/, "$1"), suffix?.text ?? "")}\n`);
  };

const lastPart = (path: string, suffix: string): string => {
  const last = path === "/" ? path : path.slice(path.lastIndexOf("/") + 1);
  return suffix !== "" && last !== suffix && last.endsWith(suffix) ? last.slice(0, -suffix.length) : last;
};

const firstParts = (path: string): string => {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : path.slice(0, at).replace(/(.)\/+$/, "$1") || "/";
};

/** A program that writes files itself (`print > "file"`) or runs others is not understood. */
const awk: Handler = (call) =>
  call.args.some((a) => /\bprintf?\b[^;}\n]*[>|]|\bsystem\s*\(|^inplace$/.test(a.text)) ? undefined : printsUnknown;

/** More lines are not worked out. */
const maximumCount = 10_000;

/** `seq LAST`, `seq FIRST LAST`, `seq FIRST STEP LAST`, of whole numbers. */
const seq: Handler = (call) => {
  const numbers = call.args.map((a) => (a.known && /^-?\d{1,9}$/.test(a.text) ? Number(a.text) : Number.NaN));
  const last = numbers.at(-1) ?? Number.NaN;
  const first = numbers.length > 1 ? (numbers[0] ?? Number.NaN) : 1;
  const step = numbers.length > 2 ? (numbers[1] ?? Number.NaN) : 1;
  const count = Math.floor((last - first) / step) + 1;
  if (!(count <= maximumCount) || numbers.length > 3) return printsUnknown;
  return prints(Array.from({ length: Math.max(0, count) }, (_, i) => `${first + i * step}\n`).join(""));
};

export const printing: Record<string, Handler> = {
  echo,
  printf,
  cat,
  ls,
  tee,
  grep,
  egrep: grep,
  sort,
  basename: pathPart(lastPart),
  dirname: pathPart(firstParts),
  awk,
  gawk: awk,
  mawk: awk,
  tr,
  xargs,
  seq,
  md5sum: checksum(32),
  sha1sum: checksum(40),
  sha256sum: checksum(64),
  sha512sum: checksum(128),
};
