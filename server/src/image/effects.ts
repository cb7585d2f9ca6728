import type { ContextNode } from "./context.ts";
import type { Entry, EntryKind } from "./files.ts";
import type { Size } from "./size.ts";

/** What an archive on standard output is made of: paths in a folder. */
export interface Packed {
  readonly folder: string;
  readonly paths: readonly string[];
}

/** What a command does, as data: commands/ says it, build/ carries it out. Paths are absolute; they may hold `*`, `?` and `[`. */
export type Effect =
  /** A file gets this content. `append` adds to what is there. */
  | {
      readonly do: "write";
      readonly path: string;
      readonly size: Size;
      readonly kind: EntryKind;
      /** What content it is, where that is known; else it goes by its path. */
      readonly id?: string;
      readonly append?: boolean;
      /** What is in it, where it is short and known. */
      readonly text?: string;
      readonly mode?: number;
      /** Else whoever runs the command. */
      readonly owner?: string;
    }
  /** Content somewhere below a folder, under names that are not known. */
  | {
      readonly do: "fill";
      readonly path: string;
      readonly entry: Pick<Entry, "id" | "kind" | "what" | "size" | "source" | "brought" | "owner" | "like">;
    }
  /** Files like those that a build on this machine has made, at a path. `source`: in words for the user. */
  | { readonly do: "make"; readonly path: string; readonly like: ContextNode; readonly source: string }
  /** What the command does was decided by whether content with these ids is there. */
  | { readonly do: "look"; readonly ids: readonly string[] }
  /** The same, by what lies at a path. */
  | { readonly do: "lookAt"; readonly path: string }
  /** Files of the base image, names not known, are written anew or go; each such part once. Without bytes nobody knows how much. */
  | { readonly do: "replace"; readonly part: string; readonly bytes?: number }
  /** The opposite of fill: content with this id goes away. */
  | { readonly do: "take"; readonly path: string; readonly id: string }
  | {
      readonly do: "remove";
      readonly path: string;
      readonly recursive: boolean;
      readonly only?: (name: string) => boolean;
      /** All that lies below, whatever it is called: files, or with `links` symbolic links too. */
      readonly below?: { readonly links: boolean };
      /** With `only`: a folder whose name fits goes with all that is in it. */
      readonly whole?: boolean;
      /** Or it does not: what it is told is not known. */
      readonly maybe?: boolean;
    }
  /** Mode, owner or time changes: the whole file is stored again in this layer. */
  | {
      readonly do: "touch";
      readonly path: string;
      readonly recursive: boolean;
      readonly mode?: number;
      readonly owner?: string;
      /** Leaves alone what this user, and this group, owns already. */
      readonly unless?: { readonly user: string; readonly group?: string };
      /** A symbolic link that is named is changed itself, not what it leads to. */
      readonly link?: boolean;
      /** Changes only what this user, or this group, owns. */
      readonly from?: { readonly user?: string; readonly group?: string };
      /** With `recursive`: the files whose names fit. */
      readonly only?: (name: string) => boolean;
      readonly create?: boolean;
    }
  | { readonly do: "move"; readonly from: string; readonly to: string; readonly spares?: "existing" | "newer" }
  | {
      readonly do: "copy";
      readonly from: string;
      readonly to: string;
      readonly recursive: boolean;
      /** Whether a symbolic link that is named stands for what it leads to; else only where folders are not copied. */
      readonly follows?: boolean;
      /** Files that are at the target already, or those of them that are not older, stay as they are. */
      readonly spares?: "existing" | "newer";
      /** Two names of one file are two names of one copy. */
      readonly keepsLinks?: boolean;
    }
  | {
      readonly do: "link";
      readonly from: string;
      readonly to: string;
      readonly symbolic: boolean;
      /** The file that a symbolic link leads to gets the name, not the link. */
      readonly follows?: boolean;
      /** A link to a folder at the target is replaced, and not entered. */
      readonly here?: boolean;
    }
  /** The owner is whoever runs the command, unless it is said. */
  | { readonly do: "mkdir"; readonly path: string; readonly owner?: string }
  /** Something that nobody can read tidies up: what this layer has of downloads, caches and their like may be gone. */
  | { readonly do: "tidy" }
  /** What lies there may come out differently: how big it is is not known any more, or only about. */
  | { readonly do: "renew"; readonly path: string; readonly about?: boolean }
  /** An unknown amount, anywhere. */
  | { readonly do: "unknown"; readonly id: string; readonly what: string }
  /** Bytes on standard output: what a `>` behind the command stores. `pattern`: the names of the files that it stands for. */
  | {
      readonly do: "print";
      readonly size: Size;
      readonly text?: string;
      readonly partly?: string;
      readonly pattern?: string;
      readonly packed?: Packed;
    }
  | { readonly do: "cd"; readonly path: string }
  /** Likewise, to come back by `popd`; without a path the two last folders change places. */
  | { readonly do: "pushd"; readonly path?: string }
  | { readonly do: "popd" }
  | { readonly do: "set"; readonly name: string; readonly value?: { readonly text: string; readonly known: boolean } }
  | { readonly do: "group"; readonly name: string; readonly members: readonly string[] }
  /** An account's home; absent where it is not known. */
  | { readonly do: "home"; readonly user: string; readonly path?: string }
  | { readonly do: "exit" };
