import type { BaseImage } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import type { EntryKind } from "../image/files.ts";
import type { Ran } from "../image/model.ts";
import { measured, type Size, unknown } from "../image/size.ts";
import { quotedPattern } from "../shell/words.ts";
import { type Call, homeOf, pathOf } from "./call.ts";
import { utf8Length } from "./printing.ts";

/** Tools that keep a cache. */
export type Tool =
  | "apt"
  | "apk"
  | "dnf"
  | "microdnf"
  | "yum"
  | "tdnf"
  | "zypper"
  | "pacman"
  | "pip"
  | "uv"
  | "poetry"
  | "pipenv"
  | "pdm"
  | "conda"
  | "npm"
  | "yarn"
  | "pnpm"
  | "bun"
  | "gem"
  | "bundler"
  | "composer"
  | "go"
  | "cargo"
  | "ccache"
  | "maven"
  | "gradle"
  | "sbt"
  | "nuget";

/** What a tool leaves behind when its work is done, and how it is kept out of a layer. A row of the table in caches.ts. */
export interface ToolCache {
  /** The rule is `<tool>-cache-kept`. */
  readonly tool: Tool;
  /** What to call it: "the pip cache". */
  readonly what: string;
  /** The entries that the tool's handler fills its folders with. */
  readonly ids: readonly string[];
  /** hadolint's number for it. */
  readonly alias?: string;
  /** The words behind which the tool does its work: `pip INSTALL`. */
  readonly verbs: readonly string[];
  /** The tool's own switch: it then stores none. It goes behind the verb, or in the place of a switch that asks for the opposite. */
  readonly flag?: {
    readonly text: string;
    readonly instead?: readonly string[];
    /** A command to which it does no good: another of its switches wins, or it needs what is in the cache. */
    readonly unfit?: (ran: Ran) => boolean;
    /** A base whose tool does not know it yet. */
    readonly lacking?: (base: BaseImage) => boolean;
  };
  /** A command that does nothing but fill the cache: of no use once the others have the switch. */
  readonly onlyFills?: (ran: Ran) => boolean;
  /** A command that works from a cache that is there, and for the sake of which it is kept, `before` being those that filled it. Absent: none is worse off without. */
  readonly reads?: (ran: Ran, before?: readonly Ran[]) => boolean;
  /** A command that makes what its words name, wherever it is called: what it fetched is no project's. */
  readonly namesAll?: (ran: Ran) => boolean;
  /** A command that is there to fill it: who calls it means to work from it. */
  readonly wants?: (ran: Ran) => boolean;
  /** A command that does nothing but fetch what the tool would fetch by itself: alone in a RUN it is of no use. */
  readonly fetchesAnew?: (ran: Ran) => boolean;
  /** Words with which a command takes metadata that others refuse: where it is missing they may not get it. */
  readonly takesAnything?: string;
  /** Metadata of repositories: where it is missing, the next command of the tool fetches it anew. It goes from all RUNs, or none is the smaller. */
  readonly fetchedByAll?: true;
  /** A command that leaves next to nothing there. */
  readonly leavesLittle?: (ran: Ran) => boolean;
  /** A command that puts its own work there, which nobody can fetch. */
  readonly keepsWork?: (ran: Ran) => boolean;
  /** What it builds lies where it was called, and is lost with the folder. */
  readonly inPlace?: true;
  /** What these commands made looks for its libraries in the cache when it runs. */
  readonly runsFrom?: (all: readonly Ran[]) => boolean;
  /** A release of it fills some of its folders, another one others: who removes some knows which. */
  readonly inSome?: true;
  /**
   * Started with the image, it works from the cache: then it is no cruft. What else is started may do so too, out of sight: the removal of
   * such a cache is never safe.
   */
  readonly startedBy?: RegExp;
  /**
   * Started with the image, what one of these commands made may look for its libraries in the cache: not what is made to hold them itself.
   */
  readonly linkedFrom?: { readonly started: RegExp; readonly whole: RegExp };
  /** A command that fetches what others shall build with: no cruft in an image that starts nothing of its own. */
  readonly fetchesForOthers?: (ran: Ran) => boolean;
  /** On such a base nobody knows which folder the tool has it in: it says so itself, and its `clean` finds it. */
  readonly liesAnywhere?: (base: BaseImage | undefined) => boolean;
  /** What may need it all the same: said with its removal. */
  readonly heed?: string;
  /** The command that removes it, in the RUN that wrote it. Undefined where it cannot be told apart. */
  readonly clean: (kept: KeptCache) => string | undefined;
  /** The same where the tool may be gone by then. Absent: `rm -rf` of its folders. */
  readonly cleanByHand?: (kept: KeptCache) => string | undefined;
  /** A command that is meant to remove it, and does not: why, and the switch with which it would. */
  readonly fails?: { readonly isMeant: (ran: Ran) => boolean; readonly why: (ran: Ran) => string; readonly flag?: string };
  /** The folders that a cache mount goes on, the kept ones unless said otherwise. */
  readonly mounted?: (folder: string) => string;
}

/** A cache as one RUN leaves it. */
export interface KeptCache {
  /** The folder of each id that is there. */
  readonly folders: ReadonlyMap<string, string>;
  /** The command that wrote it last. */
  readonly ran: Ran;
  /** Whom its removal would run as. */
  readonly user: string;
  /** The commands of the image up to the end of the RUN. */
  readonly earlier: () => readonly Ran[];
}

/** Content of a folder whose files are not known. */
export const filled = (path: string, id: string, kind: EntryKind, what: string, size: Size = unknown, source?: string): Effect => ({
  do: "fill",
  path,
  entry: { id, kind, what, size, ...(source !== undefined && { source }) },
});

export const cacheIn = (path: string, id: string, what: string, size: Size = unknown): Effect => filled(path, id, "cache", what, size);

export const removeAll = (path: string): Effect => ({ do: "remove", path, recursive: true });

/** The words of a tool that says where its cache is: `rm -rf "$(yarn cache dir)"`. */
export const prints = (path: string): Effect[] => [{ do: "print", size: measured(utf8Length(path) + 1), text: `${path}\n` }];

/** A variable's value, where it says something. */
export function setting(call: Pick<Call, "variable">, name: string): string | undefined {
  const value = call.variable(name)?.text;
  return value === "" ? undefined : value;
}

/** Where programs keep their caches: the XDG folder of whoever runs them. */
export const userCache = (call: Call, name: string): string =>
  pathOf(call, `${setting(call, "XDG_CACHE_HOME") ?? `${homeOf(call)}/.cache`}/${name}`);

/** `rm -rf` of all its folders; undefined where the name of one holds what only the shell that wrote it knows. */
export function removeFolders({ folders }: KeptCache): string | undefined {
  const places = [...new Set(folders.values())];
  return places.some((place) => /[$`]/.test(place)) ? undefined : `rm -rf ${places.map(quotedPattern).join(" ")}`;
}
