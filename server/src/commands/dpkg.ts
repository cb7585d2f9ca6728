import type { Effect } from "../image/effects.ts";
import { contentAt, type Entry } from "../image/files.ts";
import { typical, unknown } from "../image/size.ts";
import { dpkgsOwn } from "./apt.ts";
import { packageName } from "./apt-call.ts";
import { debId, type Packages, packagesOf } from "./apt-installed.ts";
import { removeEffects } from "./apt-packages.ts";
import { architectures } from "./apt-sources.ts";
import { type Call, type Handler, options } from "./call.ts";
import { holdingNow } from "./dpkg-files.ts";
import { utf8Length } from "./printing.ts";

// dpkg itself, and apt-mark, which notes in its files what shall become of packages.

const dpkg: Handler = (call) => {
  const o = options(call.args);
  if (o.has("--add-architecture"))
    return [{ do: "write", path: architectures, size: typical(utf8Length(`amd64\n${o.operands[0]?.text ?? ""}\n`)), kind: "metadata" }];
  if (!o.has("-i", "--install", "--unpack")) {
    if (!o.has("-r", "-P", "--remove", "--purge")) return [];
    const all = packagesOf(call);
    const named = o.operands.map((p) => packageName(p.text));
    return all
      ? removeEffects(call, all, named, { autoremove: false, keepRecommended: true, purges: o.has("-P", "--purge") })
      : named.map((name): Effect => ({ do: "take", path: "/", id: debId(name) }));
  }
  return o.operands.map(
    (p): Effect => ({ do: "fill", path: "/", entry: { id: `deb:${p.text}`, kind: "package", what: p.text, size: unknown } }),
  );
};

/** The names that `apt-mark showmanual` prints of the base's own packages are not known: they stand for themselves. */
const ofBase = "$(apt-mark showmanual)";
const manual = ({ layer }: Call, entries: readonly Entry[]): string =>
  [ofBase, ...entries.filter((e) => e.layer === layer && e.brought === undefined).map((e) => e.what)].join(" ");

function noted(call: Call, all: Packages | undefined): Effect[] {
  if (contentAt(call.state.root, "/var/lib/dpkg").some((e) => e.layer === call.layer)) return [];
  if (!all) return [dpkgsOwn];
  const size = typical(holdingNow(all).status);
  const fill = (id: string, what: string): Effect => ({ do: "fill", path: "/var/lib/dpkg", entry: { id, kind: "metadata", what, size } });
  return [fill("dpkg-status", "dpkg's own files"), fill("dpkg-status-old", "dpkg's old status file")];
}

/**
 * Which packages --auto-remove may take: `apt-mark auto '.*'` is followed by `apt-mark manual …` of those that stay. What cannot be
 * read of that list stays unmarked: the smaller image is assumed, and something of unknown size may remain.
 */
const aptMark: Handler = (call) => {
  const [verb, ...names] = options(call.args).operands;
  const all = packagesOf(call);
  if (all && verb?.text === "showmanual") return [{ do: "print", size: unknown, partly: manual(call, all.entries) }];
  // dpkg notes the selection in its status file, and keeps the old one.
  if (verb?.text === "hold" || verb?.text === "unhold") return noted(call, all);
  if (!all || (verb?.text !== "auto" && verb?.text !== "manual")) return [];
  const saved = names.flatMap((n) => (n.text.startsWith(ofBase) ? n.text.split(" ") : []));
  const isMeant = (name: string): boolean =>
    saved.includes(name) || names.some((n) => n.known && (packageName(n.text) === name || n.text === ".*" || n.text === "*"));
  const marked = all.entries
    .filter((entry) => entry.layer === call.layer && isMeant(entry.what))
    .map(({ id, kind, what, size, source }): Effect => {
      const entry = { id, kind, what, size, ...(source && { source }) };
      return { do: "fill", path: "/", entry: verb.text === "auto" ? { ...entry, brought: "needed" } : entry };
    });
  if (verb.text === "auto" || names.every((n) => n.known || n.text.startsWith(ofBase))) return marked;
  return [...marked, { do: "fill", path: "/", entry: { id: "deb-kept", kind: "unknown", what: "packages marked to stay", size: unknown } }];
};

export const dpkgCommands: Record<string, Handler> = { dpkg, "apt-mark": aptMark };
