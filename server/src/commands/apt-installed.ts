import type { BaseImage } from "../image/base.ts";
import type { Content } from "../image/content.ts";
import type { Entry } from "../image/files.ts";
import { computed, type Size, typical } from "../image/size.ts";
import { type Inventory, installedOn } from "../sizes/packages/chains.ts";
import { Names } from "../sizes/packages/names.ts";
import type { Release } from "../sizes/packages/package.ts";
import type { Call } from "./call.ts";

/** The packages of the image at this moment, where its distribution's index is at hand. */
export interface Packages extends Inventory {
  readonly slim: boolean;
  readonly present: Names;
  /** Entries of packages that came after the base, the newest last. */
  readonly entries: readonly Entry[];
}

export const debId = (name: string): string => `deb:${name}`;
const isPackage = (entry: Entry): boolean => entry.id.startsWith("deb:") && !entry.maybe;
export const nameIn = (entry: Entry): string => entry.id.slice(debId("").length);

/** Asked once more for each apt command, with the same content: only the last installation changed it. */
const found = new WeakMap<Content, { base: BaseImage; all: Packages }>();

export function packagesOf(call: Pick<Call, "state" | "packages">): Packages | undefined {
  const { base, root } = call.state;
  const installed = base && call.packages && installedOn(call.packages, base);
  if (!base || !installed) return undefined;
  const last = found.get(root.content);
  if (last?.base === base && last.all.release === installed.release) return last.all;
  const entries = [...root.content].filter(isPackage);
  const present = new Names(installed.packages, new Set(entries.map(nameIn)));
  // Ubuntu's image leaves out documentation, manual pages and translations too (its /etc/dpkg/dpkg.cfg.d/excludes).
  const all = { ...installed, slim: base.slim === true || installed.release.os === "ubuntu", present, entries };
  found.set(root.content, { base, all });
  return all;
}

/** In words for the user: where the bytes of a package come from. */
export const snapshotName = ({ os, name, date }: Release): string => `${os === "ubuntu" ? "Ubuntu" : "Debian"} ${name} packages of ${date}`;

/** Exact where the release is the one that is known. */
export const sized = (bytes: number, exact: boolean): Size => (exact ? computed(bytes) : typical(bytes));
