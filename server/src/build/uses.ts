import { unpacking } from "../commands/archives.ts";
import { options } from "../commands/call.ts";
import { carries, familyOf, movesShell } from "../commands/kinds.ts";
import { copyWords, isCopy } from "../dockerfile/instruction.ts";
import { type Entry, find, pathsThrough, storedAgainIn } from "../image/files.ts";
import { type Ran, type Step, variableIn } from "../image/model.ts";
import { absolute, basename, components, dirname, hasGlob, isWithin, join, matches, usualPath } from "../image/paths.ts";
import { type Argument, expand } from "../shell/words.ts";
import { isPackaged, knowsFolder } from "./holds.ts";
import { readsUntold } from "./untold.ts";

/** Whether something needs what lies at a path: it says so, nobody can tell, or surely not. */
export type Use = "yes" | "maybe" | "no";

/** A file, or a folder with all below it. */
export interface Place {
  readonly path: string;
  readonly folder: boolean;
}

export function strongest(uses: Iterable<Use>): Use {
  let found: Use = "no";
  for (const use of uses) {
    if (use === "yes") return use;
    if (found === "no") found = use;
  }
  return found;
}

/** By their families. */
const tools = (text: string): ((ran: Pick<Ran, "name">) => boolean) => {
  const all = new Set(text.split(" "));
  return ({ name }) => all.has(familyOf(name));
};
/** Tools that read the files of the folder they run in without naming them. */
const readsFolder = tools(
  "git make cmake npm yarn pnpm npx node bun pip python poetry uv go gcc cc g++ c++ clang clang++ gfortran cargo bundle gem composer mvn gradle",
);
/** Commands to which a folder is only a place: what lies in it already is nothing to them. */
const placesOnly = tools(
  "mkdir chown chmod chgrp touch curl wget ln install useradd adduser usermod test [ ls rm rmdir unlink apt-get apk git pip",
);
/** A list that is printed is read by nobody; one that is written to a file is what lay there. */
const onlyNamesPlaces = (ran: Ran): boolean =>
  movesShell(ran.name) ||
  (placesOnly(ran) &&
    !(ran.name === "ls" && ran.command?.redirects.some((r) => r.operator.includes(">") && r.target?.raw !== "/dev/null")));
/** Commands to which a word is just a word. */
const readsNothing = tools("echo printf export set unset true : useradd adduser groupadd addgroup usermod sleep exit");

/** Whether a command reads, writes or stands in a place. */
export function useOf(ran: Ran, place: Place): Use {
  const { path } = place;
  if (standsIn(ran, path) || writesTo(ran, place) || namesOf(ran).programs.includes(path)) return "yes";
  return readsUntold(ran).some((folder) => isWithin(path, folder)) ? "yes" : namedBy(ran, place);
}

/** The paths that a command goes through on its way to one: links lead elsewhere. */
const through = (ran: Ran, path: string): readonly string[] => pathsThrough(ran.before.root, path);

const standsIn = (ran: Ran, path: string): boolean => namesOf(ran).stands.some((cwd) => isWithin(cwd, path));

/** Where the program lies that a command is, and those that start it: `gosu app jq`, `/opt/install.sh`. */
function programsOf({ name, words, command, cwd }: Ran): readonly string[] {
  const [own] = words;
  const before = own ? (command?.words.slice(0, Math.max(0, command.words.indexOf(own))) ?? []) : [];
  return [name, ...before.map((w) => w.raw)].flatMap((n) =>
    /^\w[\w.+-]*$/.test(n) ? usualPath.map((f) => `${f}/${n}`) : n.includes("/") ? [absolute(n, cwd)] : [],
  );
}

const writesTo = (ran: Ran, { path, folder }: Place): boolean =>
  ran.changes.some((c) => isWithin(c.path, path) || (folder && mayReach(c.entry, c.path, path)));

/** Commands that read files, whoever owns them, and write nothing but what the model knows. */
const mindsNoOwner = tools(
  "pip apt-get apk npm cat ls test [ grep head tail wc md5sum sha256sum sed unzip useradd adduser groupadd addgroup",
);

/** `[ -x … ]`, `[ -O … ]`: it tells apart what reading does not. */
const asksForRights = ({ name, args }: Ran): boolean => (name === "test" || name === "[") && args.some((a) => /^-[xrwOGugk]$/.test(a.text));

/** Whether a command puts files into a place, or cares whose they are; `root` reads what others may not. */
export function ownerUseOf(ran: Ran, place: Place, root: boolean): Use {
  if (writesTo(ran, place)) return "yes";
  if (isUnread(ran)) return "maybe";
  return mindsNoOwner(ran) && root && !asksForRights(ran) ? "no" : namedBy(ran, place);
}

/** Of the root folder a tool reads what is a project's: not what every system has there (Filesystem Hierarchy Standard 3.0). */
const liesBeside = ({ path }: Place, cwd: string): boolean =>
  isWithin(path, cwd) && (cwd !== "/" || !ofSystem.has(components(path)[0] ?? ""));
const ofSystem = new Set(["", ..."bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var".split(" ")]);

function namedBy(ran: Ran, place: Place): Use {
  const { path } = place;
  const { names, fill } = namesOf(ran);
  const named = strongest(names.map((name) => useOfName(name, fill, path)));
  if (named === "yes") return named;
  const nearby = readsFolder(ran) && through(ran, ran.cwd).some((cwd) => liesBeside(place, cwd));
  if (nearby && basename(path) === "node_modules" && runsProject(ran)) return "yes";
  if (isUnread(ran)) return ran.args.some((a) => a.text.includes(path)) ? "yes" : "maybe";
  return nearby ? "maybe" : named;
}

/** What the project's own scripts and programs are started by: they take Node's modules from the folder beside them. */
const startsProject = tools("npm yarn pnpm npx node bun make bundle");
const runsProject = (ran: Ran): boolean => startsProject(ran) && !/^(?:cache|c|config|set|get|-.*)$/.test(ran.args[0]?.text ?? "");

/** Nobody knows what this command does. */
export const isUnread = (ran: Ran): boolean => ran.changes.some((c) => c.entry.unread);

/** Content without names that a command put into a folder above may lie in the place. Nobody's package fills a folder of one's own: in /opt most are. */
export function mayReach(entry: Entry, folder: string, path: string): boolean {
  const again = storedAgainIn(entry);
  if (again !== undefined) return isWithin(again, path);
  if (!isWithin(path, folder) || entry.id.startsWith("file:") || entry.unread) return false;
  const packaged = entry.kind === "package" || entry.id.startsWith("deb-");
  return !packaged || (isPackaged(path) && !isWithin(path, "/opt"));
}

/** What a command is told; the target of a copy is not read. */
function operandsOf(ran: Ran): readonly Argument[] {
  if (readsNothing(ran) || movesShell(ran.name)) return [];
  if (!carries(ran.name) || ran.args.some((a) => /^(?:-t|-d|--target-directory|--directory)/.test(a.text))) return ran.args;
  const target = options(ran.args, "m o g S").operands.at(-1);
  return ran.args.filter((a) => a !== target);
}

/** A path alone, behind `--file=`, `if=`, `@`, or glued to a short option. */
function pathsIn(text: string): string[] {
  if (/^[a-z]+:\/\//i.test(text)) return [];
  const ends = [...text.matchAll(/[=@:,]/g)].map((m) => text.slice(m.index + 1));
  return [text, ...ends, ...(/^-\w./.test(text) ? [text.slice(2)] : [])].filter((c) => c !== "" && !c.startsWith("-"));
}

/** A path that a command is told. */
interface Name {
  /** As written. */
  readonly text: string;
  readonly at: string;
  readonly known: boolean;
  readonly glob: boolean;
}

interface Names {
  readonly names: readonly Name[];
  /** The folders among them are only filled. */
  readonly fill: boolean;
  /** Where it is called. */
  readonly stands: readonly string[];
  /** Where the program itself may lie. */
  readonly programs: readonly string[];
}

const namesKnown = new WeakMap<Ran, Names>();

/** Asked once for each place that an earlier step wrote. */
function namesOf(ran: Ran): Names {
  const known = namesKnown.get(ran);
  if (known) return known;
  const programs = programsOf(ran);
  const led = programs.flatMap((p) => through(ran, p).slice(1)).map((at) => ({ text: at, at, known: true, glob: false }));
  const stands = through(ran, ran.cwd);
  const found = { names: [...readNames(ran), ...led], stands, programs, fill: onlyNamesPlaces(ran) || unpacking(ran) !== undefined };
  namesKnown.set(ran, found);
  return found;
}

function readNames(ran: Ran): Name[] {
  const inputs = ran.command?.redirects.filter((r) => r.operator === "<").flatMap((r) => r.target?.raw ?? []) ?? [];
  const operands = operandsOf(ran);
  const words = [...operands, ...inputs.map((text) => ({ text, known: true, glob: false })), ...withOtherArguments(ran, operands)];
  return words.flatMap(({ text, known, glob }) =>
    pathsIn(text).flatMap((p) => {
      const whole = absolute(p, ran.cwd);
      const [at = p, ...led] = [...through(ran, whole), ...(glob ? linksLike(ran, whole).flatMap((link) => through(ran, link)) : [])];
      const own = { text: p, at, known, glob };
      // What a link says may itself be no more than a pattern: `ln -s "$(ls -d /opt/v*)" /opt/now`.
      return [own, ...led.map((to) => ({ text: to, at: to, known: known && !/[$`]/.test(to), glob: glob || hasGlob(to) }))];
    }),
  );
}

/** What the words name with other build arguments than the defaults. What begins with one is taken to be a place that only moves as a whole. */
function withOtherArguments({ args, words, before }: Ran, operands: readonly Argument[]): Argument[] {
  if (before.args.size === 0) return [];
  const isArgument = (name: string): boolean => before.args.has(name) && variableIn(before, name) === before.args.get(name);
  return operands.flatMap((arg) => {
    const word = words[args.indexOf(arg) + 1];
    if (!arg.known || !word?.parts.some((p, i) => i > 0 && p.kind === "variable" && isArgument(p.name))) return [];
    const open = expand(word, (name) => (isArgument(name) ? undefined : before.env.get(name)));
    return open.filter(({ text }) => !/^[$`]/.test(text));
  });
}

/** The links that a pattern chooses. */
function linksLike({ before }: Ran, pattern: string): string[] {
  const folder = dirname(pattern);
  const node = find(before.root, folder, true);
  if (node?.type !== "folder" || node.context) return [];
  return [...node.children].flatMap(([name, child]) =>
    child.type === "link" && matches(basename(pattern), name) ? [join(folder, name)] : [],
  );
}

function useOfName({ text, at, known, glob }: Name, fill: boolean, path: string): Use {
  if (isWithin(at, path) || (!fill && isWithin(path, at))) return "yes";
  if (known && !glob) return "no";
  // What begins with a variable may lie anywhere.
  return mayBe(/^[$`]/.test(text) ? text : at, path) ? (known ? "yes" : "maybe") : "no";
}

/** Whether a text with wildcards and parts that are not known can stand for a path. */
function mayBe(text: string, path: string): boolean {
  const pieces = text.replace(/\$\([^)]*\)|`[^`]*`|\$\{[^}]*\}|\$\w+|[*?]|\[[^\]]*\]/g, "\0").split("\0");
  const first = pieces.shift() ?? "";
  const last = pieces.pop();
  if (last === undefined) return path === first;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return path.length - last.length >= at && path.endsWith(last);
}

/** Whether an instruction uses a place of its own stage. */
export function stepUses(step: Step, place: Place): Use {
  if (!place.folder && step.instruction.keyword === "RUN" && !mayName(step, place.path)) return "no";
  if (step.instruction.keyword === "RUN") return strongest([...step.ran.map((ran) => useOf(ran, place)), useElsewhere(step, place)]);
  if (step.touched.some((t) => t.stage === step.stage && isWithin(t.path, place.path))) return "yes";
  return isPutSomewhere(step) ? "maybe" : "no";
}

/** The use that the branches make which are not taken here. */
export const useElsewhere = ({ notRun }: Step, place: Place): Use => (notRun.some((ran) => useOf(ran, place) !== "no") ? "maybe" : "no");

/** All that runs in a step, here or elsewhere. */
export const allOf = ({ ran, notRun }: Step): readonly Ran[] => (notRun.length === 0 ? ran : [...ran, ...notRun]);

/** The last command of a step of which something is true, here or elsewhere. */
export function lastOf({ ran, notRun }: Step, isOne: (ran: Ran) => boolean): Ran | undefined {
  const last = ran.findLast(isOne);
  const other = notRun.findLast(isOne);
  return other && (other.command?.start ?? 0) > (last?.command?.start ?? -1) ? other : last;
}

/** `COPY dist .` on a base that nobody knows: its WORKDIR may be any. */
const isPutSomewhere = (step: Step): boolean =>
  isCopy(step.instruction) && !knowsFolder(step) && !/^[/$]/.test(copyWords(step.instruction).at(-1)?.text ?? "/");

/** Paths that a RUN's commands name, or stand in, and those they write. */
interface Paths {
  readonly names: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
}

/** "any" where one of a RUN's commands is not known, or might be told any path. */
const pathsKnown = new WeakMap<Step, Paths | "any">();

/** A quick look, for long files: most RUNs have nothing to do with a file. */
function mayName(step: Step, path: string): boolean {
  const paths = knownPaths(step);
  return paths === "any" || paths.writes.has(path) || upwardFrom(path).some((at) => paths.names.has(at));
}

function knownPaths(step: Step): Paths | "any" {
  const paths = pathsKnown.get(step) ?? pathsOf(step);
  pathsKnown.set(step, paths);
  return paths;
}

function upwardFrom(path: string): readonly string[] {
  const upward = [path];
  for (let at = path; at !== "/"; upward.push(at)) at = dirname(at);
  return upward;
}

/** Commands, or steps: those that may have to do with any file, and those that name, or write, one path each. */
interface Naming<T> {
  readonly any: readonly T[];
  readonly names: ReadonlyMap<string, readonly T[]>;
  readonly writes: ReadonlyMap<string, readonly T[]>;
}

function namingOf<T>(all: readonly T[], pathsIn: (one: T) => Paths | "any"): Naming<T> {
  const any: T[] = [];
  const names = new Map<string, T[]>();
  const writes = new Map<string, T[]>();
  const add = (to: Map<string, T[]>, path: string, one: T): void =>
    void to
      .set(path, to.get(path) ?? [])
      .get(path)
      ?.push(one);
  for (const one of all) {
    const paths = pathsIn(one);
    if (paths === "any") any.push(one);
    else {
      for (const path of paths.names) add(names, path, one);
      for (const path of paths.writes) if (!paths.names.has(path)) add(writes, path, one);
    }
  }
  return { any, names, writes };
}

const nearTo = <T>({ any, names, writes }: Naming<T>, path: string): readonly T[] => [
  ...any,
  ...(writes.get(path) ?? []),
  ...upwardFrom(path).flatMap((at) => names.get(at) ?? []),
];

const namingOfSteps = new WeakMap<readonly Step[], Naming<Step>>();

/** Those of all steps that may have to do with a file, in no order: a long Dockerfile is not gone through for each. */
export function stepsNaming(steps: readonly Step[], path: string): readonly Step[] {
  const isAlone = (step: Step): boolean => step.instruction.keyword === "RUN" && step.touched.every((t) => t.stage === step.stage);
  const naming = namingOfSteps.get(steps) ?? namingOf(steps, (step) => (isAlone(step) ? knownPaths(step) : "any"));
  namingOfSteps.set(steps, naming);
  return nearTo(naming, path);
}

const namingOfCommands = new WeakMap<Step, Naming<Ran>>();

/** In so few commands one is found as soon as in an index. */
const few = 50;

/** Those of a step's commands that may have to do with some places: a long RUN is not gone through for each file. */
export function commandsNaming(step: Step, places: readonly Place[]): ReadonlySet<Ran> {
  const isFile = ({ path, folder }: Place): boolean => !folder && find(step.after.root, path)?.type === "file";
  const all = allOf(step);
  if (all.length <= few || !places.every(isFile)) return new Set(all);
  const naming = namingOfCommands.get(step) ?? namingOf(all, pathsOfCommand);
  namingOfCommands.set(step, naming);
  return new Set(places.flatMap(({ path }) => nearTo(naming, path)));
}

function pathsOf(step: Step): Paths | "any" {
  const names = new Set<string>();
  const writes = new Set<string>();
  for (const ran of allOf(step)) {
    const paths = pathsOfCommand(ran);
    if (paths === "any") return paths;
    for (const path of paths.names) names.add(path);
    for (const path of paths.writes) writes.add(path);
  }
  return { names, writes };
}

function pathsOfCommand(ran: Ran): Paths | "any" {
  if (isUnread(ran)) return "any";
  if (withOtherArguments(ran, ran.args).length > 0) return "any";
  const names = new Set<string>();
  const stands = through(ran, ran.cwd);
  if (readsFolder(ran) || stands.length > 1) for (const cwd of stands) names.add(cwd);
  for (const program of namesOf(ran).programs) for (const at of through(ran, program)) names.add(at);
  for (const folder of readsUntold(ran)) names.add(folder);
  const words = [
    ...ran.args,
    ...(ran.command?.redirects ?? []).flatMap((r) => (r.target ? [{ text: r.target.raw, known: true, glob: false }] : [])),
  ];
  for (const { text, known, glob } of words) {
    const candidates = pathsIn(text);
    if ((!known || glob) && candidates.length > 0) return "any";
    for (const candidate of candidates) for (const at of through(ran, absolute(candidate, ran.cwd))) names.add(at);
  }
  return { names, writes: new Set(ran.changes.map((change) => change.path)) };
}
