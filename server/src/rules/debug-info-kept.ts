import { isBuiltOn, isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { cargoTargetId } from "../commands/cargo.ts";
import { type StripFlags, stripFlags } from "../commands/debug-info.ts";
import { strips } from "../commands/kinds.ts";
import { startWithComments } from "../edits/chain.ts";
import { partsOfName } from "../image/base.ts";
import { contentAt, type Entry, type FolderNode } from "../image/files.ts";
import { type Ran, type Step, variableIn } from "../image/model.ts";
import { join } from "../image/paths.ts";
import { wordsOf } from "../queries/places.ts";
import { startedThrough } from "../queries/started-through.ts";
import type { Edit } from "../text.ts";
import type { Rule } from "./rule.ts";

export const debugInfoKept: Rule = {
  id: "debug-info-kept",
  summary: "A program ships with its debug information",
  why:
    "A compiler writes symbols and debug information into the program, which no run needs: Go writes them always, Rust up to 1.76 those of its own library, C compilers with `-g`. The stack traces of Go do without; a debugger does not. " +
    "Keep it beside the image where you debug, and leave it out of what ships (`go tool link`, `-s` and `-w`; the Cargo book, `strip`; gcc's manual, `-s`).",
  about: "form",
  level: "info",
  example: {
    before:
      'FROM golang:1.26 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n\nFROM alpine:3.24\nCOPY --from=build /app /app\nCMD ["/app"]\n',
    after:
      'FROM golang:1.26 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -ldflags="-s -w" -o /app .\n\nFROM alpine:3.24\nCOPY --from=build /app /app\nCMD ["/app"]\n',
  },
  *check(subject) {
    let shipped: ReadonlySet<string> | undefined;
    const found: Found[] = [];
    for (const step of subject.steps) {
      if (!subject.image.needed.has(step.stage)) continue;
      for (const ran of step.ran) {
        const flags = stripFlags(ran);
        // In a script there is nothing to put it behind.
        if (!flags || (ran.words[0]?.end ?? 0) <= (ran.words[0]?.start ?? 0)) continue;
        if (compilerStays(subject, step, ran)) continue;
        if (flags.unless && saysItself(subject, ran, flags.unless)) continue;
        if (ran.name === "cargo" && (isOldCargo(step) || buildsAgain(subject) || wantsTraces(subject))) continue;
        shipped ??= isStripped(subject) ? new Set() : idsShipped(subject);
        const known = shipped;
        if (!programs(ran).some((entry) => known.has(entry.id) || isTakenFrom(known, entry))) continue;
        found.push({ step, ran, flags });
      }
    }
    for (const last of found) {
      const { step, ran, flags } = last;
      const row = found.filter((other) => isSameBuild(other, last));
      if (row.at(-1) !== last) continue;
      const cooks = ran.name === "cargo" ? subject.steps.filter((s) => s.ran.some(cooksDependencies)) : [];
      if (cooks.some((s) => !isBuiltOn(subject.image, step.stage, s.stage) || !isOwn(subject, s))) continue;
      const [cook] = cooks;
      const text = cook ? stripSetting : flags.text;
      const edits = cook
        ? [settingBefore(subject, cook)]
        : row.flatMap((one) => insertion(one.ran, one.flags.behind, one.flags.text) ?? []);
      yield {
        span: wordsOf(subject.file, ran, step),
        message: () =>
          `${row.some((one) => one.ran !== ran && one.ran.name === "go") ? "These programs ship with their" : "The program ships with its"} symbols${row.every(isWithoutDebugInfo) ? "" : " and debug information"}. ${text} leaves them out: ${flags.without}.`,
        fixes: cook || edits.length === row.length ? [{ title: `${cook ? "Set" : "Add"} ${text}`, safety: "review", edits }] : [],
      };
    }
  },
};

interface Found {
  readonly step: Step;
  readonly ran: Ran;
  readonly flags: StripFlags;
}

/**
 * Beside a whole compiler they are little, and whoever works in the image may want them: so it is where the program is built in a stage
 * that ships, unless what compiles is seen to go again.
 */
function compilerStays({ image }: Subject, { stage }: Step, { before }: Ran): boolean {
  const end = image.stages[image.target]?.end;
  if (!end || !image.ships.has(stage)) return false;
  const there = compilersIn(before.root);
  return there.length === 0 || compilersIn(end.root).some((id) => there.includes(id));
}

const compilersIn = (root: FolderNode): readonly string[] =>
  [...root.content, ...contentAt(root, "/usr/local")].flatMap(({ id, maybe }) => (!maybe && isOfCompiler.test(id) ? [id] : []));
/** Packages, and Go's own archive. */
const isOfCompiler = /^(?:deb|apk|rpm):(?:go|golang(?:-go|-bin)?|rust|rustc|cargo|gcc|build-essential|build-base)$|\bgo1\.\d/;

/** Cargo 1.77 strips debug information of a release by itself (its changelog), and leaves the symbols: said of what may be as new as that. */
function isWithoutDebugInfo({ ran, step }: Found): boolean {
  if (ran.name !== "cargo") return false;
  const { image, minor } = partsOfName(step.before.base?.name);
  return image !== "rust" || minor === undefined || minor >= 77;
}

/**
 * cargo-chef compiles the dependencies before the sources come, and hands on no --config (its `cook --help`); what is told only
 * afterwards has them all compiled anew, so both read it from the environment (the Cargo book, "Configuration").
 */
const cooksDependencies = ({ name, args }: Ran): boolean =>
  name === "cargo" && args[0]?.text === "chef" && args.some((a) => a.text === "cook");
const stripSetting = "CARGO_PROFILE_RELEASE_STRIP=true";

function settingBefore({ file }: Subject, { instruction }: Step): Edit {
  const start = startWithComments(file, instruction);
  return { start, end: start, text: `ENV ${stripSetting}${file.newline}` };
}

/** Programs that one RUN builds are told once. Cargo builds a project twice, first with empty sources for its dependencies: with other flags it would build these anew. */
const isSameBuild = (one: Found, other: Found): boolean =>
  one === other ||
  (one.step === other.step && one.flags.text === other.flags.text) ||
  (one.ran.name === "cargo" && other.ran.name === "cargo" && one.step.stage === other.step.stage && one.ran.cwd === other.ran.cwd);

/** What a project's file or the environment has to say; a file that nobody can read may say anything. */
function saysItself({ world: { context } }: Subject, { cwd, before, command }: Ran, unless: NonNullable<StripFlags["unless"]>): boolean {
  const { file, text, settings } = unless;
  if (settings.some((name) => variableIn(before, name) ?? command?.assignments.some((a) => a.name === name))) return true;
  // A member's, and that of the workspace, which alone counts.
  const found = [join(cwd, file).slice(1), file].flatMap((path) => context?.readText?.(path) ?? []);
  return found.length === 0 || found.some((one) => text.test(one));
}

/** Cargo 1.63 brought --config (its changelog): before that the official image's, and Debian's own up to bullseye, end the build. */
function isOldCargo({ before: { base } }: Step): boolean {
  const { image, minor } = partsOfName(base?.name);
  if (image === "rust") return minor !== undefined && minor < 63;
  return /^(?:jessie|stretch|buster|bullseye)$/.test(base?.os?.release ?? "");
}

/** `cargo run` at the start, which knows nothing of the flag, would build all once more. */
const buildsAgain = (subject: Subject): boolean => startedThrough(subject).some((s) => s.name === "cargo");

/** Whoever has the names of a panic's functions printed wants them to be there (the standard library's std::backtrace). */
const wantsTraces = ({ image }: Subject): boolean => {
  const env = image.stages[image.target]?.end.env;
  return ["RUST_BACKTRACE", "RUST_LIB_BACKTRACE"].some((name) => (env?.get(name)?.text ?? "0") !== "0");
};

/** A file out of the folder that cargo builds in: its own name nobody knows before. */
const isTakenFrom = (shipped: ReadonlySet<string>, { id }: Entry): boolean =>
  id.startsWith(cargoTargetId) && [...shipped].some((other) => other.startsWith(`file:${id.slice(cargoTargetId.length)}/`));

const programs = (ran: Ran): Entry[] => ran.changes.flatMap((c) => (c.how === "written" && c.entry.kind === "artifact" ? [c.entry] : []));

const idsShipped = (subject: Subject): ReadonlySet<string> =>
  new Set(shippedSteps(subject).flatMap((s) => s.layer?.entries.map(({ entry }) => entry.id) ?? []));

/** Somebody strips or packs it afterwards. */
const isStripped = ({ steps }: Subject): boolean => steps.some((s) => s.ran.some((r) => strips(r.name)));

function insertion(ran: Ran, behind: string, text: string): Edit | undefined {
  const word = ran.words.find((w) => w.raw === behind);
  return word && word.end > word.start ? { start: word.end, end: word.end, text: ` ${text}` } : undefined;
}
