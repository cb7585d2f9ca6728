import type { Instruction } from "../dockerfile/instruction.ts";
import type { Value } from "../dockerfile/variables.ts";
import type { Command, Script, Word } from "../shell/syntax.ts";
import type { Argument } from "../shell/words.ts";
import type { BaseImage } from "./base.ts";
import type { Entry, FolderNode } from "./files.ts";
import { homeOfUser } from "./homes.ts";
import { isWithin } from "./paths.ts";
import type { Size } from "./size.ts";
import type { Table } from "./table.ts";

/** What one instruction hands to the next. Immutable: every step keeps the state before and after it. */
export interface State {
  /** The merged file system, as a container would see it. */
  readonly root: FolderNode;
  readonly env: Table<Value>;
  readonly args: Table<Value>;
  /** Build arguments that were declared, with a value, behind an ENV of their name: they win. */
  readonly argsFirst: ReadonlySet<string>;
  readonly cwd: string;
  /** Without a group. */
  readonly user: string;
  readonly shell: readonly string[];
  /** The published image at the bottom; undefined on scratch. */
  readonly base?: BaseImage;
  /** The stage named in `FROM`, when it is one of this file. */
  readonly baseStage?: number;
  /** A command that is not known ran: it may have written anywhere. */
  readonly unknownWrites?: boolean;
  /** `apk add --virtual NAME`: what `apk del NAME` removes. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Where accounts of the build are at home; undefined where that is not known. */
  readonly homes: ReadonlyMap<string, string | undefined>;
  readonly cmd?: Form;
  readonly entrypoint?: Form;
  /** ONBUILD instructions: they run in the stage that is built from this one. */
  readonly triggers: readonly Instruction[];
}

/** A variable as an instruction sees it: of ENV and ARG the last one that gave it a value (test/builds/cases/values/arg-behind-env). */
export const variableIn = ({ env, args, argsFirst }: State, name: string): Value | undefined =>
  argsFirst.has(name) ? args.get(name) : (env.get(name) ?? args.get(name));

/** The same in a RUN's shell, which has a home as well: on a base that nobody knows a guess. */
export const variableInShell = (state: State, name: string): Value | undefined =>
  variableIn(state, name) ?? (name === "HOME" ? { text: homeOfUser(state.user, state), known: true } : undefined);

/** CMD or ENTRYPOINT: the arguments, or the text that a shell gets. */
export interface Form {
  readonly exec?: readonly string[];
  readonly text: string;
  readonly instruction?: Instruction;
}

/** One command that ran (or may have), wrappers such as sudo and env taken off. */
export interface Ran {
  readonly name: string;
  /** Behind the name. */
  readonly args: readonly Argument[];
  /** The words as written: the name's first. Empty for exec form. */
  readonly words: readonly Word[];
  readonly command?: Command;
  readonly cwd: string;
  /** What it found. */
  readonly before: State;
  /** Whom it runs as, where that is another than the RUN does. */
  readonly user?: string;
  /** It runs only if a condition holds that is not known here. */
  readonly maybe: boolean;
  /** It runs because of what a variable or the platform is here: with another build argument, or elsewhere, it may not. */
  readonly chosen?: boolean;
  readonly changes: readonly Change[];
}

/** Whom it runs as. */
export const userOf = ({ user, before }: Ran): string => user ?? before.user;

/** What a command or an instruction did to a path. */
export interface Change {
  readonly how: "written" | "removed" | "overwritten" | "stored again";
  readonly path: string;
  /** The bytes are of this layer when written; of a lower layer, and from now on stored in vain, when not. */
  readonly entry: Entry;
}

export interface Layer {
  /** Counts over all stages, in order. An image's own layers (FROM) count too. */
  readonly index: number;
  readonly size: Size;
  /** What its archive holds. Folders of the build context come as one entry. */
  readonly entries: readonly { readonly path: string; readonly entry: Entry }[];
}

/** One instruction, run. */
export interface Step {
  readonly index: number;
  readonly stage: number;
  readonly instruction: Instruction;
  readonly before: State;
  readonly after: State;
  /** For FROM of an image, RUN, COPY, ADD and WORKDIR. */
  readonly layer?: Layer;
  readonly script?: Script;
  readonly ran: readonly Ran[];
  /** Commands of the branches that are not taken here, and would be with another build argument, or elsewhere: a fix must be right for them too. */
  readonly notRun: readonly Ran[];
  /** What became of paths, in order: those of `ran`, or the instruction's own. */
  readonly changes: readonly Change[];
  /** Paths that this step looked at or changed. A difference that is elsewhere does not reach it. `stage` where it is another's.
   * `content:ID` is content without names at the root, `content:*` any of it, `content:?` whether there is any; `base` the base's packages. */
  readonly touched: readonly { readonly path: string; readonly stage: number }[];
  /** Where it changed the tree: a node with all below it, or a folder's own content. */
  readonly places: ReadonlyMap<string, "whole" | "own">;
  /** Where it has something mounted, links resolved: a file or folder there is in no layer, and cannot be removed. */
  readonly mounts: readonly string[];
}

/** What earlier layers hold there this RUN does not see: it has its own in a mount. */
export const isMountedOver = ({ mounts }: Step, path: string): boolean => mounts.some((mount) => isWithin(path, mount));

export interface Stage {
  readonly index: number;
  readonly name?: string;
  readonly from?: Instruction;
  /** As written, variables replaced. */
  readonly base: string;
  /** The stage of this file that it is built on. */
  readonly baseStage?: number;
  readonly steps: readonly Step[];
  readonly end: State;
}

export interface Image {
  /** The ARGs before the first FROM: seen in FROM lines only. */
  readonly globals: ReadonlyMap<string, Value>;
  readonly stages: readonly Stage[];
  readonly target: number;
  /** Indexes of the stages whose layers the image holds: the target and those beneath it by FROM. */
  readonly ships: ReadonlySet<number>;
  /** Those that must be built: `ships`, and what they copy from. */
  readonly needed: ReadonlySet<number>;
  readonly size: Size;
}

/** The steps whose layers are in the target image, in order. */
export const shippedOf = ({ stages, ships }: Image): Step[] => stages.flatMap((stage) => (ships.has(stage.index) ? stage.steps : []));
