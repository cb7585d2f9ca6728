import { isUnread, lastOf, useOf } from "../build/uses.ts";
import { changesUser, unwrap } from "../build/wrappers.ts";
import { type KeptCache, removeFolders, type ToolCache } from "../commands/cache.ts";
import { takesPackages } from "../commands/installs.ts";
import type { Dockerfile } from "../dockerfile/instruction.ts";
import { isRoot } from "../image/homes.ts";
import { type Ran, type Step, userOf, variableInShell } from "../image/model.ts";
import { basename, isWithin } from "../image/paths.ts";
import { type Command, commandsIn, type Word } from "../shell/syntax.ts";
import { areApart, type Edit } from "../text.ts";
import { removeWords, statementAt, withoutCommand } from "./chain.ts";
import { removeBehind } from "./removal.ts";

/** The word behind which a tool's own options go: `install` in `python3 -m pip install`. */
export const verbOf = (cache: ToolCache, ran: Ran): Word | undefined => ran.words.slice(1).find((w) => cache.verbs.includes(w.raw));

/** A word that is written where it counts: not out of a variable, a loop's list or a nested script. */
const isWritten = (file: Dockerfile, word: Word | undefined): word is Word =>
  word !== undefined && word.end > word.start && file.text.slice(word.start, word.end) === word.raw;

/** The switch that keeps a cache from being written, put into all commands that write it. Undefined where one of them cannot get it. */
export function switchedOff(file: Dockerfile, cache: ToolCache, commands: readonly { step: Step; ran: Ran }[]): Edit[] | undefined {
  const { flag } = cache;
  if (!flag) return undefined;
  const edits: Edit[] = [];
  const add = (more: readonly Edit[]): number =>
    edits.push(...more.filter((e) => !edits.some((o) => o.start === e.start && o.end === e.end)));
  const gone = commands.filter(({ ran }) => cache.onlyFills?.(ran));
  for (const { step, ran } of commands) {
    if (gone.some((g) => g.ran === ran)) continue;
    const verb = verbOf(cache, ran);
    if (flag.unfit?.(ran) || (step.before.base && flag.lacking?.(step.before.base))) return undefined;
    if (!isWritten(file, verb) || !ran.command || (step.script && isForeign(step, ran.command))) return undefined;
    const [first, ...others] = ran.words.filter((w) => flag.instead?.includes(w.raw));
    if (!first) add([{ start: verb.end, end: verb.end, text: ` ${flag.text}` }]);
    else {
      const rest = removeWords(file, ran.command, others);
      if (!isWritten(file, first) || !rest) return undefined;
      add([{ start: first.start, end: first.end, text: flag.text }, ...rest]);
    }
  }
  for (const { step, ran } of gone) {
    // A script may live on what this command brings.
    if (step.ran.slice(step.ran.indexOf(ran)).some(isUnread)) return undefined;
    const taken = withoutCommand(file, step, ran.command);
    if (!taken) return undefined;
    add([taken]);
  }
  return edits.length > 0 && areApart(edits) ? edits : undefined;
}

/** A command of another script than the RUN's own: what is called there. */
const isForeign = ({ script }: Step, command: Command): boolean =>
  script !== undefined && ![...commandsIn(script.body)].some((c) => c === command);

/** In front of what removes the cache: the same user as the tool's, by the same means; undefined for what is not looked into. */
function asWhom({ command, words }: Ran): string | undefined {
  const [tool] = words;
  const [first, ...own] = command && tool ? command.words.slice(0, command.words.indexOf(tool)).map((w) => w.raw) : [];
  if (first === undefined || !changesUser(first)) return "";
  const args = [...own, ""].map((text) => ({ text, known: true, glob: false }));
  const isAlone = unwrap(first, args)?.skip === own.length && !own.some((word) => /^\w+=/.test(word));
  return isAlone ? `${[first, ...own].join(" ")} ` : undefined;
}

/** The command behind all that writes the cache which is meant to remove it, and does not. */
export function failedRemoval({ fails, ids }: ToolCache, { ran }: Step): Ran | undefined {
  const written = ran.findLastIndex((r) => r.changes.some((c) => ids.includes(c.entry.id)));
  return fails && ran.slice(written + 1).findLast((r) => !r.maybe && fails.isMeant(r));
}

/** The variables that move a tool's folder out of the home: each tool's manual, on its configuration. */
const movers: readonly (readonly [folder: string, variable: string])[] = [
  [".cargo", "CARGO_HOME"],
  [".gradle", "GRADLE_USER_HOME"],
  [".cache/uv", "UV_CACHE_DIR"],
  [".cache/pip", "PIP_CACHE_DIR"],
  [".cache/pypoetry", "POETRY_CACHE_DIR"],
  [".cache/pipenv", "PIPENV_CACHE_DIR"],
  [".cache/pdm", "PDM_CACHE_DIR"],
  [".cache/ccache", "CCACHE_DIR"],
];

/** On a base that nobody knows the home is that of whatever user it has, and a tool's folder may be elsewhere. */
function atHome(text: string, { before }: Step): string {
  if (before.base === undefined || before.base.standardLayout) return text;
  const home = variableInShell(before, "HOME")?.text ?? "";
  const words = text.split(" ").map((word) => {
    const [folder, variable] = movers.find(([f]) => isWithin(word, `${home}/${f}`)) ?? [];
    if (folder === undefined) return word;
    const usual = folder.startsWith(".cache/") ? `\${XDG_CACHE_HOME:-$HOME/.cache}/${basename(folder)}` : `$HOME/${folder}`;
    return `"\${${variable}:-${usual}}"${word.slice(`${home}/${folder}`.length)}`;
  });
  return words.join(" ").replace(/(?<= )\/root\//g, "~/");
}

/** A removal of packages up to there may take the very tool, which then cleans nothing, or ends the build; none takes itself. */
const isErased = ({ ran }: Step, kept: KeptCache, last: Ran | undefined): boolean =>
  ran.slice(ran.indexOf(kept.ran) + 1, last && ran.indexOf(last) + 1).some((r) => takesPackages(r) && r.name !== kept.ran.name);

/** `PATH=… npm install`: only that command finds the tool. */
const isFoundByItsPath = ({ ran: { command } }: KeptCache): boolean => command?.assignments.some((a) => a.name === "PATH") ?? false;

/** Without the tool, which alone may know the place. */
function removedByHand(cache: ToolCache, { before }: Step, kept: KeptCache): string | undefined {
  if (cache.clean(kept) === undefined || cache.liesAnywhere?.(before.base)) return undefined;
  return cache.cleanByHand ? cache.cleanByHand(kept) : removeFolders(kept);
}

/** The removal behind the last command of a RUN that has to do with the cache; at its end when something unknown may use it. */
export function cleanedUp(file: Dockerfile, cache: ToolCache, step: Step, kept: KeptCache): Edit | undefined {
  const places = [...kept.folders.values()].map((path) => ({ path, folder: true }));
  const isUse = (ran: Ran): boolean =>
    ran.name === kept.ran.name ||
    ran.changes.some((c) => cache.ids.includes(c.entry.id)) ||
    // tar, du, find: they see it.
    places.some((place) => useOf(ran, place) !== "no");
  const last = lastOf(step, (ran) => isUse(ran) || isUnread(ran));
  const command = last?.command;
  // A script may have removed the tool again, which only its own words would tell.
  const isLost = isErased(step, kept, last) || isFoundByItsPath(kept) || (command !== undefined && isForeign(step, command));
  const as = asWhom(kept.ran);
  // What a script does as another user only root undoes.
  const isOthers = kept.ran.user !== undefined && as === "";
  const its: KeptCache = { ...kept, user: as === "" ? step.before.user : userOf(kept.ran) };
  const clean = isLost || isOthers ? removedByHand(cache, step, its) : cache.clean(its);
  const end = step.script?.body.items.at(-1);
  if (!step.script || !end || clean === undefined || as === undefined || (isOthers && !isRoot(step.before.user))) return undefined;
  const here = atHome(clean, step);
  // `~` would be the home of who calls sudo.
  if (as !== "" && here !== clean) return undefined;
  const text = `${as}${here}`;
  const mended = failedRemoval(cache, step);
  const verb = mended?.words.at(-1);
  const flag = cache.fails?.flag;
  if (flag && mended && verb && mended === last && isWritten(file, verb)) return { start: verb.end, end: verb.end, text: ` ${flag}` };
  const statement = command && statementAt(step.script, command);
  // What is run in the background, or from a function, may come later.
  return statement && removeBehind(file, step, statement, text, kept.folders.values());
}

/** The folders that a cache mount goes on. */
const targetsOf = (cache: ToolCache, kept: KeptCache): string[] => [
  ...new Set([...kept.folders.values()].map((f) => cache.mounted?.(f) ?? f)),
];

/** A RUN, and what it leaves of the cache. */
export interface KeptAt {
  readonly step: Step;
  readonly kept: KeptCache;
}

/** Why no cache mount can be written for these RUNs, in words for the user; undefined where one can. */
export function unmountable(cache: ToolCache, all: readonly KeptAt[]): string | undefined {
  const workers = all.map(({ step }) => workersOf(cache, step));
  // Who runs the tool as somebody else would find the folder to be root's.
  if (workers.flat().some((r) => r.user !== undefined) && !workers.flat().every((r) => isRoot(userOf(r))))
    return "another user than the RUN's writes it";
  const strange = all.flatMap(({ kept }) => targetsOf(cache, kept)).find((t) => !/^\/[\w./@+-]+$/.test(t));
  if (strange !== undefined) return `${strange} is no name for a cache mount`;
  // The official images have CARGO_HOME elsewhere, and so may those that stand on them.
  const isGuess = ({ before: { base, env } }: Step, target: string): boolean =>
    base !== undefined && !base.standardLayout && !base.user && !env.has("HOME") && isWithin(target, "/root/.cargo");
  // Nor does sudo say where it puts HOME there.
  const isGuessed = ({ before: { base } }: Step, i: number): boolean =>
    base !== undefined && !base.standardLayout && (workers[i] ?? []).some((r) => r.user !== undefined);
  if (
    all.some(
      ({ step, kept }, i) =>
        cache.liesAnywhere?.(step.before.base) || isGuessed(step, i) || targetsOf(cache, kept).some((target) => isGuess(step, target)),
    )
  )
    return `the base alone says where ${cache.what} lies`;
  if (all.some(({ step }) => step.instruction.keyword !== "RUN")) return "an ONBUILD writes it too";
  const nameless = all.map(({ step }) => ownerOf(cache, step)).find((user) => ownerFields(user) === undefined);
  return nameless && `a cache mount needs the number of the user ${nameless}`;
}

/** The commands of a RUN that have to do with the cache. */
const workersOf = (cache: ToolCache, { ran }: Step): Ran[] =>
  ran.filter((r) => r.changes.some((c) => cache.ids.includes(c.entry.id)) || cache.reads?.(r));

/** Whose the mounted folder is to be. */
const ownerOf = (cache: ToolCache, step: Step): string => workersOf(cache, step).at(-1)?.user ?? step.before.user;

/** A cache mount on the folders, for each of these RUNs: what is written there is in no layer, and there again in the next build. */
export function mounted(cache: ToolCache, all: readonly KeptAt[]): Edit[] {
  return all.map(({ step, kept }) => {
    const at = step.instruction.keywordSpan.end;
    const owner = ownerFields(ownerOf(cache, step)) ?? "";
    const flags = targetsOf(cache, kept).map((target) => ` --mount=type=cache,target=${target}${owner}`);
    return { start: at, end: at, text: flags.join("") };
  });
}

/** A mounted folder is root's, unless a number says whose. */
function ownerFields(user: string): string | undefined {
  if (isRoot(user)) return "";
  return /^\d+$/.test(user) ? `,uid=${user}` : undefined;
}
