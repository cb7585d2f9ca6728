import type { Subject } from "../build/subject.ts";
import { isAccountTool } from "../commands/alpine-accounts.ts";
import { isBuildVariable } from "../commands/build-only.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import { variablesIn } from "../dockerfile/variables.ts";
import { freeName } from "../edits/stage-name.ts";
import { find } from "../image/files.ts";
import { isRoot } from "../image/homes.ts";
import type { Stage, Step } from "../image/model.ts";
import { basename, dirname, usualPath } from "../image/paths.ts";
import { type Program, searchPath } from "../queries/program.ts";
import { applyEdits, type Edit } from "../text.ts";
import { missingAccountTools } from "./base-needs.ts";
import type { RunBase } from "./run-base.ts";
import { accountCommands, isMissed, isSetup, isSystemUser, onAlpine } from "./setup.ts";

/** What only the container reads: it goes to the run stage as it is. */
const ofRunTime = new Set(["CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "STOPSIGNAL", "VOLUME"]);
/** Docker itself replaces the variables of these. */
const expanded = new Set(["ADD", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"]);

interface Plan {
  readonly subject: Subject;
  readonly stage: Stage;
  readonly base: RunBase;
  readonly programs: readonly Program[];
  /** Files and folders that go along. */
  readonly paths: readonly string[];
  /** The build stage's name. */
  readonly build: string;
  /** The step behind which the build stage ends. */
  readonly last: Step;
  /** The program is started by a path that begins in the working folder. */
  readonly isRelative: boolean;
}

/** The last step that the build needs: what follows is the run stage's. */
export const lastBuildStep = (stage: Stage): Step | undefined =>
  stage.steps.findLast((s) => s.instruction.keyword === "RUN" && !isSetup(s));

/**
 * The edits that cut the stage in two. What follows the build stays where it is and is now in the run stage; what the run time reads
 * and stands further up moves or is repeated. Undefined where something cannot be said in the run stage.
 */
export function cutInTwo(plan: Plan): Edit[] | undefined {
  const { stage, last, subject } = plan;
  const early = stage.steps.slice(1).filter((s) => s.index <= last.index);
  const late = stage.steps.filter((s) => s.index > last.index);
  const shown = [...early.filter((s) => staysInEffect(plan, s, early, late)), ...late];
  const needed = argumentsOf(plan, shown);
  // Alpine has no bash.
  const otherShell = shown.some((s) => s.instruction.keyword === "SHELL" && !/(?:^|\/)sh$/.test(s.after.shell[0] ?? ""));
  if (!needed || (plan.base.isAlpine && otherShell)) return undefined;
  const edits: Edit[] = [];
  const lines: string[] = [fromLine(plan)];
  if (plan.base.install) lines.push(`RUN ${plan.base.install}`);
  const accounts = accountsOf(plan, shown);
  if (!accounts) return undefined;
  // What makes accounts in the build may be on no other image.
  const image = plan.base.image === undefined ? undefined : subject.world.bases?.find(plan.base.image);
  if (image && !plan.base.isAlpine && missingAccountTools(subject, accounts.length > 0 ? stage.steps : shown, image).length > 0)
    return undefined;
  if (accounts.length) lines.push(`RUN ${accounts.join(" && ")}`);
  for (const step of early) {
    const { instruction } = step;
    const isArgument = instruction.keyword === "ARG" && instruction.properties.some((p) => needed.has(p.name));
    if (!shown.includes(step) && !isArgument) continue;
    const moves = ofRunTime.has(instruction.keyword) || (instruction.keyword === "RUN" && !buildNeeds(step, early));
    const block = blockOf(plan, instruction);
    const inside = plan.base.isAlpine && instruction.keyword === "RUN" ? onAlpine(subject.file.text, step) : [];
    if (!inside) return undefined;
    const from = moves ? block.text : instruction.start;
    const text = subject.file.text.slice(from, instruction.end);
    lines.push(
      instruction.keyword === "WORKDIR"
        ? workdirText(plan, step)
        : applyEdits(
            text,
            inside.map((e) => ({ ...e, start: e.start - from, end: e.end - from })),
          ),
    );
    if (moves) edits.push({ start: block.start, end: block.end, text: "" });
  }
  if (needsWorkdir(plan, early, late)) lines.push(`WORKDIR ${last.after.cwd}`);
  lines.push(...copyLines(plan, shown));
  for (const step of late.filter((s) => s.instruction.keyword === "RUN")) {
    const inside = plan.base.isAlpine ? onAlpine(subject.file.text, step) : [];
    if (!inside) return undefined;
    edits.push(...inside);
  }
  const { newline, text } = subject.file;
  const { end } = last.instruction;
  const blanks = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  return [...namingEdits(plan), ...edits, { start: end, end: end + blanks, text: newline + newline + lines.join(newline) }];
}

// --- FROM and its names ----------------------------------------------------------------------------------------------------

/** A stage that is called as a build is keeps its name; any other name is the image's, and the run stage takes it over. */
export function stageNames(subject: Subject, stage: Stage): { build: string; run?: string } {
  const { name } = stage;
  const { target } = subject.world;
  const wanted = target !== undefined && name !== undefined && target.toLowerCase() === name.toLowerCase();
  if (name !== undefined && !wanted && /^(?:build(?:er)?|compile)$/i.test(name)) return { build: name };
  return { build: freeName(subject, "build"), ...(name !== undefined && { run: name }) };
}

function namingEdits({ subject, stage, build, base, programs }: Plan): Edit[] {
  const [image, , alias] = stage.from?.args ?? [];
  const edits: Edit[] = [];
  if (alias && alias.text !== build) edits.push({ start: alias.start, end: alias.end, text: build });
  else if (!alias && image) edits.push({ start: image.end, end: image.end, text: ` AS ${build}` });
  const first = base.withoutCgo ? programs.map((p) => p.step).sort((a, b) => a.index - b.index)[0] : undefined;
  if (first) {
    const { start } = commented(subject.file.text, subject.file.comments, first.instruction);
    edits.push({ start, end: start, text: `ENV CGO_ENABLED=0${subject.file.newline}` });
  }
  return edits;
}

function fromLine({ subject, stage, base }: Plan): string {
  const { file } = subject;
  const [image] = stage.from?.args ?? [];
  const { run } = stageNames(subject, stage);
  const name = run === undefined ? "" : ` AS ${run}`;
  if (base.image !== undefined || !image) return `FROM ${base.image ?? stage.base}${name}`;
  // A platform that is the builder's own is not the image's.
  const flags = (stage.from?.flags ?? []).map((f) => file.text.slice(f.start, f.end)).filter((text) => !text.includes("BUILDPLATFORM"));
  return `FROM ${[...flags, file.text.slice(image.start, image.end)].join(" ")}${name}`;
}

// --- What the run stage repeats --------------------------------------------------------------------------------------------

/** Whether an instruction from before the end of the build says something that the container needs to know. */
function staysInEffect(plan: Plan, step: Step, early: readonly Step[], late: readonly Step[]): boolean {
  const { instruction } = step;
  const isLast = early.findLast((s) => s.instruction.keyword === instruction.keyword) === step;
  switch (instruction.keyword) {
    case "ENV":
      return instruction.properties.some((p) => !isBuildVariable(p.name) || isRead(plan, p.name)) && !isBasePath(plan, step);
    case "USER":
      return isLast && !isRoot(step.after.user) && !late.some((s) => s.instruction.keyword === "USER");
    case "WORKDIR":
      return isLast && step.after.cwd !== workdirOf(plan) && !isReplaced(late);
    case "SHELL":
      return isLast && usesShell(plan, late);
    case "RUN":
      return isSetup(step) && isMissed(plan.stage, step);
    default:
      return ofRunTime.has(instruction.keyword);
  }
}

/** Whether what the container is told names the variable; in exec form nothing is replaced. */
const isRead = (plan: Plan, name: string): boolean =>
  plan.stage.steps.some(
    ({ instruction }) =>
      (instruction.keyword === "ENV" || (ofRunTime.has(instruction.keyword) && !instruction.exec)) &&
      namesIn(plan, instruction).includes(name),
  );

/** Where a container of the run stage's base starts. */
const workdirOf = ({ base, stage }: Plan): string => (base.image === undefined ? (stage.end.base?.workdir ?? "/") : "/");

/** The build stage begins in a folder of its base's own, and no WORKDIR says so. */
const needsWorkdir = (plan: Plan, early: readonly Step[], late: readonly Step[]): boolean =>
  !early.some((s) => s.instruction.keyword === "WORKDIR") &&
  plan.last.after.cwd !== workdirOf(plan) &&
  !isReplaced(late) &&
  (plan.isRelative || late.some((s) => ["WORKDIR", "COPY", "ADD", "RUN"].includes(s.instruction.keyword)));

/** Another absolute WORKDIR follows before anything looks at the folder. */
function isReplaced(late: readonly Step[]): boolean {
  const next = late.find((s) => ["WORKDIR", "COPY", "ADD", "RUN"].includes(s.instruction.keyword));
  return next?.instruction.keyword === "WORKDIR" && (next.instruction.args[0]?.text.startsWith("/") ?? false);
}

const usesShell = ({ stage }: Plan, late: readonly Step[]): boolean =>
  late.some((s) => s.instruction.keyword === "RUN") ||
  stage.steps.some((s) => ["CMD", "ENTRYPOINT", "HEALTHCHECK"].includes(s.instruction.keyword) && !s.instruction.exec);

/** PATH with the folders of the build's own tools, such as $GOPATH/bin. */
const isBasePath = (plan: Plan, { instruction }: Step): boolean =>
  instruction.properties.every((p) => p.name === "PATH") && namesIn(plan, instruction).some((name) => isOfBase(plan, name));

/** A WORKDIR as written, or where it leads when what it says is not the same in the run stage. */
function workdirText(plan: Plan, { instruction, after }: Step): string {
  const isPlain = (instruction.args[0]?.text.startsWith("/") ?? false) && namesIn(plan, instruction).length === 0;
  return isPlain ? plan.subject.file.text.slice(instruction.start, instruction.end) : `WORKDIR ${after.cwd}`;
}

const namesIn = ({ subject }: Plan, instruction: Instruction): string[] =>
  [instruction.rest.text, ...instruction.flags.map((f) => f.value ?? "")].flatMap((text) =>
    variablesIn(text, subject.file.escape).map((v) => v.name),
  );

/** Set by the base image and by nothing in the stage; PATH every image sets. */
const isOfBase = ({ stage, base }: Plan, name: string): boolean =>
  base.image !== undefined &&
  name !== "PATH" &&
  stage.end.base?.env?.[name] !== undefined &&
  !stage.steps.some((s) => ["ENV", "ARG"].includes(s.instruction.keyword) && s.instruction.properties.some((p) => p.name === name));

/** The ARGs that the shown instructions need; undefined where one uses what only the build's base sets. */
function argumentsOf(plan: Plan, shown: readonly Step[]): ReadonlySet<string> | undefined {
  const needed = new Set<string>();
  for (const { instruction, after } of shown) {
    const isShell = instruction.keyword === "RUN" || (ofRunTime.has(instruction.keyword) && !instruction.exec);
    if (!expanded.has(instruction.keyword) && !isShell) continue;
    for (const name of namesIn(plan, instruction)) {
      if (isOfBase(plan, name) && instruction.keyword !== "WORKDIR") return undefined;
      if (after.args.has(name)) needed.add(name);
    }
  }
  return needed;
}

/** Accounts that a RUN of the build makes along with other work; undefined where the user cannot be had in the run stage. */
function accountsOf({ stage, base }: Plan, shown: readonly Step[]): string[] | undefined {
  const { user } = stage.end;
  if (isSystemUser(user, base.isAlpine)) return [];
  const isMadeThere = shown.some(
    (s) => s.instruction.keyword === "RUN" && s.ran.some((r) => isAccountTool(r.name) && r.args.some((a) => a.text === user)),
  );
  if (isMadeThere) return [];
  const commands = accountCommands(stage.steps, user, base.isAlpine);
  if (commands === undefined || commands.length > 0) return commands;
  // Nothing here makes it: the base has it, and the same base has it again.
  return base.image === undefined ? [] : undefined;
}

/** Whether what a setup makes is used before the build ends: then it is repeated, not moved. */
const buildNeeds = (setup: Step, early: readonly Step[]): boolean =>
  early.some(
    (s) =>
      s.index > setup.index &&
      (!isRoot(s.before.user) ||
        s.instruction.flags.some((f) => f.name === "chown") ||
        s.ran.some((r) => r.user !== undefined || ["chown", "chgrp", "install", "su", "runuser"].includes(r.name))),
  );

// --- COPY --from -----------------------------------------------------------------------------------------------------------

function copyLines(plan: Plan, shown: readonly Step[]): string[] {
  const { stage, base, programs, paths } = plan;
  const setsPath = shown.some((s) => s.instruction.properties.some((p) => p.name === "PATH"));
  const found = new Set([...usualPath, ...(setsPath ? searchPath(stage.end) : [])]);
  const certificates = base.certificates ? ["/etc/ssl/certs/ca-certificates.crt"] : [];
  return [
    ...certificates.map((path) => copyLine(plan, path, path)),
    ...[...new Map(programs.map((p) => [p.path, p])).values()].map((p) =>
      copyLine(plan, p.path, p.bare && !found.has(dirname(p.path)) ? `/usr/local/bin/${basename(p.path)}` : p.path),
    ),
    ...paths.map((path) => copyLine(plan, path, path)),
  ];
}

/** COPY --from keeps the owner's number; a name says who it is where the account is made anew. */
function copyLine({ stage, build }: Plan, from: string, to: string): string {
  const node = find(stage.end.root, from, true);
  const owner = node && node.type !== "link" ? node.owner : undefined;
  const isNamed = owner !== undefined && !isSystemUser(stage.end.user, false) && owner.replace(/:.*$/, "") === stage.end.user;
  const words = /\s/.test(from + to) ? JSON.stringify([from, to]).replace('","', '", "') : `${from} ${to}`;
  return `COPY --from=${build} ${isNamed ? `--chown=${owner} ` : ""}${words}`;
}

// --- Text ------------------------------------------------------------------------------------------------------------------

/** An instruction with the comments directly above it, which begin at `text`; from the beginning of its line to the next. */
function blockOf({ subject }: Plan, instruction: Instruction): { start: number; text: number; end: number } {
  const { text, comments } = subject.file;
  const { start } = commented(text, comments, instruction);
  const newline = text.indexOf("\n", instruction.end);
  const end = newline < 0 ? text.length : newline + 1;
  // Between two blank lines: one of them goes too.
  const before = /(?:^|\n)([ \t]*\r?\n)$/.exec(text.slice(0, start))?.[1] ?? "";
  return { start: /^[ \t]*\r?\n/.test(text.slice(end)) ? start - before.length : start, text: start, end };
}

function commented(text: string, comments: Subject["file"]["comments"], instruction: Instruction): { start: number } {
  let start = text.lastIndexOf("\n", instruction.start - 1) + 1;
  for (const comment of [...comments].reverse()) {
    if (comment.end > start) continue;
    if (/^[ \t]*\r?\n$/.test(text.slice(comment.end, start))) start = text.lastIndexOf("\n", comment.start - 1) + 1;
    else break;
  }
  return { start };
}
