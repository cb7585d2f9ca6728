import type { Subject } from "../build/subject.ts";
import { allOf, ownerUseOf, type Place, stepUses, strongest, type Use } from "../build/uses.ts";
import { accountsNamed, loginOf, modeAfter, type OwnerCall, ownerCall, ownerParts } from "../commands/owners.ts";
import { flagValue, type Instruction } from "../dockerfile/instruction.ts";
import { expandWord, type Value } from "../dockerfile/variables.ts";
import { find, isUnpacked, type Node, unfold } from "../image/files.ts";
import { isRoot } from "../image/homes.ts";
import { type Ran, type Step, variableIn } from "../image/model.ts";
import { dirname, hasGlob, isArchiveName, isWithin } from "../image/paths.ts";
import type { Changer } from "../queries/changers.ts";
import type { Part } from "../shell/syntax.ts";
import { isLiteral } from "../shell/words.ts";

export interface Look {
  /** `--chown=app:0`: what the COPY has to say. */
  readonly flags: readonly string[];
  readonly sure: boolean;
}

/** What a COPY must say for its files to be as the changers leave them; undefined where it cannot, or where it brings what they leave alone. */
export function lookOf(step: Step, copy: Step, related: readonly Changer[]): Look | undefined {
  if (mayUnpack(copy)) return undefined;
  let [user, group] = flagValue(copy.instruction, "chown")?.split(":") ?? ["0", "0"];
  let mode: string | undefined;
  let owned = false;
  let sure = true;
  const written = copy.layer?.entries.map((e) => e.path) ?? [];
  for (const changer of related) {
    const { call } = changer;
    const touched = written.filter(touchedBy(changer));
    const partly = written.some((path) => !touched.includes(path) && call.paths.some((p) => isWithin(p, path)));
    if (touched.length === 0 && !partly) continue;
    if (touched.length < written.length) return undefined;
    const value = valueAt(call, step, copy);
    if (value === undefined) return undefined;
    if (call.verb === "chmod") {
      // A variable in --chmod needs BuildKit 0.16, symbols Dockerfile 1.14 (docs.docker.com/reference/dockerfile, "COPY --chmod").
      const masked = step.ran.some((r) => r.name === "umask") && /^\+|[,]\+/.test(call.value.text);
      const nodes = written.map((path) => find(copy.after.root, path));
      const found = /[$`]/.test(value) || masked ? undefined : modeFor(call, nodes);
      if (!found) return undefined;
      mode = found.mode;
      sure &&= found.sure;
      continue;
    }
    // Linux takes these bits off a file that gets another owner (chown(2)); COPY gives the mode last.
    if (/^[2-7][0-7]{3}$/.test(mode ?? flagValue(copy.instruction, "chmod") ?? "")) return undefined;
    // Without a group BuildKit gives the one that passwd names (solver/llbsolver/file/user_linux.go).
    const login = loginOf(call, value);
    const parts = login === undefined ? ownerParts(call, value) : { user: login, group: "" };
    if (!parts || (login === undefined && parts.group === "" && group === undefined)) return undefined;
    user = parts.user || user;
    group = login === undefined ? parts.group || group : undefined;
    owned = true;
  }
  const owner = [user ?? "0", ...(group === undefined ? [] : [group])].join(":");
  const flags = [...(owned ? [`--chown=${owner}`] : []), ...(mode === undefined ? [] : [`--chmod=${mode}`])];
  // What it says already, or what COPY does anyway, need not be said.
  const said = copy.instruction.flags.map((f) => `--${f.name}=${f.value ?? ""}`);
  const usual = (flag: string): boolean =>
    /^--chown=(?:0|root):(?:0|root)$/.test(flag) && flagValue(copy.instruction, "chown") === undefined;
  if (owned && namesForLink(copy, related).length > 0) return undefined;
  return { flags: flags.filter((flag) => !said.includes(flag) && !usual(flag)), sure: sure && !(owned && makesMore(copy, related)) };
}

/** The names that a COPY --link would have to give: no passwd lies where it copies to (moby/buildkit#2987), so it knows numbers alone, and root. */
export const namesForLink = ({ instruction }: Step, related: readonly Changer[]): string[] =>
  isLinked(instruction) ? related.flatMap(({ call }) => accountsNamed(call).filter((name) => !/^(?:\d+|root)$/.test(name))) : [];

const isLinked = ({ flags }: Instruction): boolean => flags.some((f) => f.name === "link" && !/^(?:false|0)$/i.test(f.value ?? ""));

/** What an ADD unpacks --chmod leaves as it was packed, and --chown before BuildKit 0.23 (moby/buildkit#5987). */
function mayUnpack({ instruction, before, changes }: Step): boolean {
  const sources = instruction.args.slice(0, -1).map((word) => expandWord(word.text, (name) => variableIn(before, name)));
  const mayBe = ({ text, known }: Value): boolean => !known || (isArchiveName(text) && !/^\w+:\/\//.test(text));
  return instruction.keyword === "ADD" && (sources.some(mayBe) || changes.some((c) => isUnpacked(c.entry)));
}

/** Of a path that a COPY writes; what a pattern names at the end of a path is all that lies there. */
function touchedBy({ ran, call }: Changer): (path: string) => boolean {
  const again = call.paths.some(hasGlob) ? ran.changes.filter((c) => c.how === "stored again") : [];
  const named = new Set([...call.paths, ...again.map((c) => c.path)]);
  const folders = call.recursive ? call.paths.map((p) => p.replace(/\/\*$/, "")) : [];
  return (path) => named.has(path) || folders.some((p) => isWithin(path, p));
}

/** One mode for all: for single files, or for a folder that is given figures throughout. */
function modeFor(call: OwnerCall, nodes: readonly (Node | undefined)[]): (Look & { mode: string }) | undefined {
  const { text } = call.value;
  const figures = /^[0-7]{3,4}$/.test(text);
  const isFolder = nodes.some((n) => n?.type !== "file");
  if (isFolder && figures) return call.recursive ? { mode: text, sure: false, flags: [] } : undefined;
  const before = nodes.flatMap((n) => modesIn(n));
  // Where nobody looked: one of the usual ones. What others of the group may write goes by the umask of whoever checked it out.
  const usual = before.flatMap((m) => (m === undefined ? [0o644, 0o755] : [m]));
  const [mode, other] = new Set(usual.map((m) => withoutGroup(modeAfter(text, m))));
  if (mode === undefined || other !== undefined) return undefined;
  // Folders have 755 as a rule.
  if (isFolder && (!call.recursive || mode !== 0o755)) return undefined;
  const isSame = before.every((m) => m !== undefined && modeAfter(text, m) === mode);
  return { mode: figures ? text : mode.toString(8), sure: figures || (isSame && !isFolder), flags: [] };
}

const withoutGroup = (mode: number | undefined): number | undefined => (mode === undefined ? undefined : mode & ~0o022);

/** The modes of the files in a tree; one that nobody knows, where it holds more than files and folders with names. */
function modesIn(node: Node | undefined): (number | undefined)[] {
  if (node?.type === "file") return [node.mode];
  if (node?.type !== "folder") return [undefined];
  const { children, content } = unfold(node);
  return content.size > 0 ? [undefined, 0] : [...children.values()].flatMap(modesIn);
}

/**
 * Owner or mode as the COPY can write it: as it stands, where its variables are the same there (a flag expands ARG and ENV); else what they
 * stand for, unless a build argument may say otherwise.
 */
function valueAt({ word, value }: OwnerCall, step: Step, copy: Step): string | undefined {
  const isSame = (name: string): boolean => {
    const [a, b] = [step.before, copy.before].map((s) => variableIn(s, name));
    return a !== undefined && a.text === b?.text;
  };
  if (!word || isLiteral(word)) return value.text;
  // The operators that Docker knows as well.
  const isPlain = (part: Part): boolean =>
    part.kind === "text" ||
    (part.kind === "variable" &&
      isSame(part.name) &&
      (part.operator === undefined || (/^:?-$/.test(part.operator) && part.operand !== undefined && isLiteral(part.operand))));
  const raw = word.raw.replace(/["']/g, "");
  // Owner and group in one variable cannot be told apart.
  if (word.parts.every(isPlain) && !/\s/.test(raw)) return value.text.includes(":") && !raw.includes(":") ? undefined : raw;
  return value.known && step.before.args.size === 0 ? value.text : undefined;
}

/** Whether a COPY with an owner would make folders above what the changers name: those would get the owner too. */
function makesMore(copy: Step, related: readonly Changer[]): boolean {
  const isThere = (path: string): boolean => find(copy.before.root, path, true) !== undefined;
  const places = related.flatMap(({ call }) => call.paths);
  return copy.changes.some(({ path }) => {
    for (let at = dirname(path); !isThere(at); at = dirname(at)) if (!places.some((p) => isWithin(at, p))) return true;
    return false;
  });
}

/** Whether anything between the first COPY and a changer puts files into a place, or cares whose they are. */
export function mindedBetween(subject: Subject, step: Step, ran: Ran, copies: readonly Step[], place: Place): Use {
  const first = copies.find((c) => c.changes.some((change) => isWithin(change.path, place.path)));
  const between = subject.steps.slice((first?.index ?? step.index) + 1, step.index).filter((s) => s.stage === step.stage);
  const { base } = step.before;
  // Who changes an owner is root, and so are those before, but where a USER comes between on a base that nobody knows.
  const isSure = base === undefined || base.standardLayout === true || !between.some((s) => s.instruction.keyword === "USER");
  const use = (r: Ran): Use => ownerUseOf(r, place, isSure && isRoot(r.before.user));
  return strongest([
    ...between
      .filter((s) => !copies.includes(s))
      .flatMap((s) => (s.instruction.keyword === "RUN" ? allOf(s).map(use) : stepUses(s, place))),
    ...step.ran
      .slice(0, step.ran.indexOf(ran))
      .filter((r) => !ownerCall(r))
      .map(use),
  ]);
}
