import { cleansItself, dockerClean } from "../commands/apt.ts";
import type { Dockerfile, Instruction } from "../dockerfile/instruction.ts";
import { expandWord, type Lookup, type Value } from "../dockerfile/variables.ts";
import { type BaseImage, foldersOf } from "../image/base.ts";
import { Content } from "../image/content.ts";
import { type Entry, emptyFolder, type FolderNode, put } from "../image/files.ts";
import { type Form, type Image, type Ran, type Stage, type State, type Step, variableIn, variableInShell } from "../image/model.ts";
import { absolute } from "../image/paths.ts";
import { type Size, sum, unknown, zero } from "../image/size.ts";
import { Table } from "../image/table.ts";
import type { Script } from "../shell/syntax.ts";
import { copy, type Sources } from "./copy.ts";
import { visible } from "./ignore.ts";
import { layerOf } from "./layer.ts";
import type { OpenLayer } from "./open-layer.ts";
import { run } from "./run-instruction.ts";
import type { World } from "./world.ts";
import { mkdir } from "./write.ts";

/** Platform arguments that BuildKit sets by itself; sizes are those of amd64. */
const platform: Record<string, string> = {
  TARGETPLATFORM: "linux/amd64",
  TARGETOS: "linux",
  TARGETARCH: "amd64",
  TARGETVARIANT: "",
  BUILDPLATFORM: "linux/amd64",
  BUILDOS: "linux",
  BUILDARCH: "amd64",
  BUILDVARIANT: "",
};
const defaultShell = ["/bin/sh", "-c"];

/** A run under way: the instructions go in one after another, and it grows. */
export interface Progress {
  globals: ReadonlyMap<string, Value>;
  readonly stages: OpenStage[];
  /** The number of the next step. */
  steps: number;
}

export type OpenStage = Omit<Stage, "steps" | "end"> & { readonly steps: Step[]; end: State };

/** Where the instructions come from, and what is known of the world. */
interface Setting {
  readonly file: Pick<Dockerfile, "escape">;
  readonly world: World;
}

/** Text with no FROM is a stage on an unknown base. */
export function build(file: Dockerfile, world: World): Image {
  const progress: Progress = { globals: new Map(), stages: [], steps: 0 };
  for (const instruction of file.instructions) advance(progress, instruction, { file, world });
  return finish(progress, world);
}

/** The run as it stood before a step, to go on differently from there. */
export function resumeBefore(image: Image, step: number): Progress {
  const globals = image.globals;
  const stages = image.stages
    .filter((stage) => (stage.steps[0]?.index ?? step) < step || (stage.steps.length === 0 && step > 0))
    .map((stage): OpenStage => {
      const steps = stage.steps.slice(0, Math.max(0, step - (stage.steps[0]?.index ?? 0)));
      return { ...stage, steps, end: steps.at(-1)?.after ?? stage.end };
    });
  return { globals, stages, steps: step };
}

/** One instruction more. */
export function advance(progress: Progress, instruction: Instruction, setting: Setting): void {
  const { keyword } = instruction;
  if (keyword === "FROM") return from(progress, instruction, setting);
  const stage = progress.stages.at(-1);
  if (stage) return push(progress, stage, stepOf(progress, stage.end, instruction, setting));
  if (keyword === "ARG") progress.globals = globalsWith(progress.globals, instruction, setting);
  else if (keyword !== "") {
    withoutFrom(progress, instruction);
    advance(progress, instruction, setting);
  }
}

function push(progress: Progress, stage: OpenStage, step: Step): void {
  if (progress.stages.at(-1) !== stage) progress.stages.push(stage);
  stage.steps.push(step);
  stage.end = step.after;
  progress.steps++;
}

export function finish(progress: Progress, world: World): Image {
  const { stages } = progress;
  const target = stageNamed(stages, world.target) ?? Math.max(0, stages.length - 1);
  const ships = new Set<number>();
  for (let at: number | undefined = stages.length ? target : undefined; at !== undefined && !ships.has(at); at = stages[at]?.baseStage)
    ships.add(at);
  const size = sum([...ships].flatMap((index) => stages[index]?.steps.map((s) => s.layer?.size ?? zero) ?? []));
  return { globals: progress.globals, stages, target, ships, needed: neededBy(stages, ships), size };
}

/** The index of the stage that `--target` or `--from` names, or numbers; undefined where there is none. */
export function stageNamed(stages: readonly Pick<Stage, "name">[], wanted: string | undefined): number | undefined {
  const named = wanted === undefined || wanted === "" ? -1 : stages.findLastIndex((s) => s.name?.toLowerCase() === wanted.toLowerCase());
  const numbered = /^\d+$/.test(wanted ?? "") ? Number(wanted) : -1;
  return named >= 0 ? named : numbered >= 0 && numbered < stages.length ? numbered : undefined;
}

function neededBy(stages: readonly Stage[], ships: ReadonlySet<number>): ReadonlySet<number> {
  const needed = new Set<number>();
  const waiting = [...ships];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const stage = stages[index];
    if (!stage || needed.has(index)) continue;
    needed.add(index);
    if (stage.baseStage !== undefined) waiting.push(stage.baseStage);
    for (const step of stage.steps) for (const touched of step.touched) if (touched.stage !== index) waiting.push(touched.stage);
  }
  return needed;
}

function globalsWith(globals: ReadonlyMap<string, Value>, instruction: Instruction, setting: Setting): ReadonlyMap<string, Value> {
  const next = new Map(globals);
  for (const { name, value } of instruction.properties) next.set(name, argument(name, value, globalLookup(next), setting));
  return next;
}

function argument(name: string, value: string | undefined, lookup: Lookup, { world, file }: Setting): Value {
  const given = world.buildArgs && Object.hasOwn(world.buildArgs, name) ? world.buildArgs[name] : undefined;
  if (given !== undefined) return { text: given, known: true };
  if (value !== undefined) return expandWord(value, lookup, file.escape);
  return platformValue(name) ?? { text: `\${${name}}`, known: false };
}

const globalLookup =
  (globals: ReadonlyMap<string, Value>): Lookup =>
  (name) =>
    globals.get(name) ?? platformValue(name);

function platformValue(name: string): Value | undefined {
  const text = Object.hasOwn(platform, name) ? platform[name] : undefined;
  return text === undefined ? undefined : { text, known: true };
}

/** An unknown base, as if a FROM stood before the first instruction. */
function withoutFrom(progress: Progress, { source, start }: Instruction): void {
  const nowhere = { start, end: start };
  const from: Instruction = {
    source,
    ...nowhere,
    headEnd: start,
    keyword: "FROM",
    keywordSpan: nowhere,
    flags: [],
    rest: { text: "", pieces: [] },
    args: [],
    heredocs: [],
    properties: [],
  };
  const base: BaseImage = { name: "", size: unknown };
  const end = stateOn(base, progress.steps);
  const stage: OpenStage = { index: progress.stages.length, base: "", steps: [], end };
  push(progress, stage, baseStep(progress.steps, stage.index, from, end, base));
}

/** FROM: what the image beneath holds is a layer of the stage. */
function baseStep(index: number, stage: number, instruction: Instruction, state: State, base: BaseImage | undefined): Step {
  const entries = [...state.root.content].filter((e) => e.layer === index).map((entry) => ({ path: "/", entry }));
  return {
    index,
    stage,
    instruction,
    before: state,
    after: state,
    layer: { index, size: base?.size ?? zero, entries },
    ran: [],
    notRun: [],
    changes: [],
    touched: [],
    places: new Map(),
    mounts: [],
  };
}

function stateOn(base: BaseImage | undefined, layer: number): State {
  const root = emptyFolder(layer);
  const entryOf = (name: string, size: Size): Entry => ({ id: `base:${name}`, kind: "base", what: name, size, layer });
  const content: FolderNode = base
    ? { ...root, content: Content.of([...(base.on === undefined ? [] : [entryOf(base.on, base.size)]), entryOf(base.name, base.size)]) }
    : root;
  // Their few bytes are among the base's.
  const setting = (what: string): Entry => ({ id: `base:${what}`, kind: "base", what, size: zero, layer });
  const settings = [...(base && cleansItself(base) ? [dockerClean] : []), ...(base?.settings ?? [])];
  const layout = (base ? foldersOf(base) : []).reduce((tree, path) => put(tree, path, emptyFolder(layer), layer), content);
  const tree = settings.reduce((all, path) => put(all, path, { type: "file", entry: setting(path) }, layer), layout);
  const form = (exec: readonly string[] | undefined): Form | undefined => exec && { exec, text: exec.join(" ") };
  const cmd = form(base?.cmd);
  const entrypoint = form(base?.entrypoint);
  return {
    root: tree,
    env: Table.of<Value>(Object.entries(base?.env ?? {}).map(([name, text]) => [name, { text, known: true }])),
    args: Table.of<Value>(),
    argsFirst: new Set(),
    cwd: base?.workdir || "/",
    user: base?.user || "root",
    shell: defaultShell,
    ...(base && { base }),
    groups: new Map(),
    homes: new Map(),
    ...(cmd && { cmd }),
    ...(entrypoint && { entrypoint }),
    triggers: [],
  };
}

function from(progress: Progress, instruction: Instruction, setting: Setting): void {
  const [image, as, alias] = instruction.args;
  const lookup = globalLookup(progress.globals);
  const expanded = expandWord(image?.text ?? "", lookup, setting.file.escape);
  const name = as?.text.toLowerCase() === "as" ? alias?.text : undefined;
  const index = progress.stages.length;
  const parent = progress.stages.findLast((s) => s.name !== undefined && s.name.toLowerCase() === expanded.text.toLowerCase());
  const base = parent || expanded.text === "scratch" ? undefined : baseImage(expanded, setting.world);
  const { cmd, entrypoint, ...inherited } = parent?.end ?? stateOn(base, progress.steps);
  // CMD and ENTRYPOINT are inherited as well, but they are not this stage's own.
  const fresh = { args: Table.of<Value>(), argsFirst: new Set<string>(), triggers: [] };
  const after: State = { ...inherited, ...(cmd && { cmd }), ...(entrypoint && { entrypoint }), ...fresh };
  const step: Step = {
    ...baseStep(progress.steps, index, instruction, after, base),
    touched: parent ? [{ path: "/", stage: parent.index }] : [],
  };
  const stage: OpenStage = {
    index,
    ...(name !== undefined && { name }),
    from: instruction,
    base: expanded.text,
    ...(parent && { baseStage: parent.index }),
    steps: [],
    end: after,
  };
  push(progress, stage, step);
  for (const trigger of parent?.end.triggers ?? []) advance(progress, trigger, setting);
}

function baseImage(name: Value, world: World): BaseImage {
  const known = name.known && name.text !== "" ? world.bases?.find(name.text) : undefined;
  return known ?? { name: name.text, size: unknown };
}

function stepOf(progress: Progress, before: State, instruction: Instruction, setting: Setting): Step {
  const { file, world } = setting;
  const stage = progress.stages.length - 1;
  const open: OpenLayer = {
    state: before,
    layer: progress.steps,
    stage,
    changes: [],
    loose: [],
    touched: [],
    places: new Map(),
    mounts: [],
  };
  const lookup: Lookup = (name) => variableIn(before, name);
  const word = (text: string): Value => expandWord(text, lookup, file.escape);
  let makesLayer = false;
  let ran: readonly Ran[] = [];
  let notRun: readonly Ran[] = [];
  let script: Script | undefined;
  switch (instruction.keyword) {
    case "ARG": {
      let { args } = before;
      const argsFirst = new Set(before.argsFirst);
      for (const { name, value } of instruction.properties) {
        const inherited = value === undefined ? progress.globals.get(name) : undefined;
        const given = inherited ?? argument(name, value, lookup, setting);
        args = args.with(name, given);
        if (before.env.has(name) && (value !== undefined || given.known)) argsFirst.add(name);
      }
      open.state = { ...before, args, argsFirst };
      break;
    }
    case "ENV": {
      const set = new Set(instruction.properties.map((p) => p.name));
      const env = instruction.properties.reduce((env, p) => env.with(p.name, word(p.value ?? "")), before.env);
      open.state = { ...before, env, argsFirst: new Set([...before.argsFirst].filter((name) => !set.has(name))) };
      break;
    }
    case "WORKDIR": {
      const path = absolute(word(instruction.args.map((a) => a.text).join(" ")).text, before.cwd);
      mkdir(open, path);
      open.touched.push({ path, stage });
      open.state = { ...open.state, cwd: path };
      makesLayer = true;
      break;
    }
    case "USER":
      open.state = { ...before, user: word(instruction.args[0]?.text ?? "root").text.replace(/:.*$/, "") || "root" };
      break;
    case "SHELL":
      if (instruction.exec?.length) open.state = { ...before, shell: instruction.exec.map((a) => a.text) };
      break;
    case "CMD":
      open.state = { ...before, cmd: formOf(instruction) };
      break;
    case "ENTRYPOINT": {
      // Setting ENTRYPOINT forgets a CMD that came with the base, but not one of this stage.
      const { cmd, ...rest } = before;
      open.state = { ...rest, ...(cmd?.instruction && { cmd }), entrypoint: formOf(instruction) };
      break;
    }
    case "ONBUILD":
      if (instruction.trigger) open.state = { ...before, triggers: [...before.triggers, instruction.trigger] };
      break;
    case "COPY":
    case "ADD":
      copy(open, instruction, sourcesOf(progress, world), lookup, file.escape);
      makesLayer = true;
      break;
    case "RUN":
      ({ ran, notRun, script } = run(open, instruction, environment(before), sourcesOf(progress, world), world));
      makesLayer = true;
      break;
    default:
  }
  const after = open.state;
  const layer = makesLayer ? layerOf(before.root, after.root, open) : undefined;
  return {
    index: progress.steps,
    stage,
    instruction,
    before,
    after,
    ...(layer && { layer }),
    ...(script && { script }),
    ran,
    notRun,
    changes: open.changes,
    touched: open.touched,
    places: open.places,
    mounts: open.mounts,
  };
}

const formOf = (instruction: Instruction): Form => ({
  ...(instruction.exec && { exec: instruction.exec.map((a) => a.text) }),
  text: instruction.rest.text,
  instruction,
});

/** In RUN the shell expands, with build arguments and ENV as its environment. */
const environment =
  (state: State): Lookup =>
  (name) =>
    variableInShell(state, name);

function sourcesOf(progress: Progress, world: World): Sources {
  const { context } = world;
  const earlier = progress.stages.slice(0, -1);
  return {
    ...(context && { context, visible: visible(context.root, context.ignore?.text) }),
    stage: (name) => {
      const found = earlier[stageNamed(earlier, name) ?? -1];
      return found && { index: found.index, state: found.end };
    },
  };
}
