import type { BaseImage } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { type Entry, find } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { computed, unknown } from "../image/size.ts";
import type { Argument } from "../shell/words.ts";
import { type Installed, installedOn } from "../sizes/packages/chains.ts";
import { debId, installEffects, packagesOf, recommendsId, removeEffects, sourceOf } from "./apt-packages.ts";
import { type Call, type Handler, options } from "./call.ts";

export { recommendsId } from "./apt-packages.ts";
export const listsFolder = "/var/lib/apt/lists";
export const listsId = "apt-lists";

/** What `apt-get update` leaves, whatever is installed after; it grows by a few kB a day as security updates come in. */
function listsEntry(call: Call): Pick<Entry, "id" | "kind" | "what" | "size" | "source"> {
  const entry = { id: listsId, kind: "lists" as const, what: "package lists" };
  const { base } = call.state;
  // Of an image whose distribution is not known the lists are not known either.
  const known = base?.os?.release && call.packages ? installedOn(call.packages, base) : undefined;
  if (!known || known.release.name === "" || !isRelease(known, base?.os)) return { ...entry, size: unknown };
  return { ...entry, size: computed(known.release.lists), source: sourceOf(known.release) };
}

/** Not another one that stands in for it. */
const isRelease = ({ release }: Installed, os: BaseImage["os"]): boolean =>
  release.os === os?.id && (release.name === os.release || release.version === os.release);

const valued = "o c t a --option --config-file --target-release --default-release --host-architecture --build-profiles --solver";

export interface AptCall {
  readonly verb: string;
  readonly packages: readonly Argument[];
  /** Whether recommended packages come too: not with the option, in either of its spellings. */
  readonly recommends: boolean;
}

/** An apt-get, apt or aptitude command line, understood. */
export function aptCall(call: Pick<Call, "name" | "args">): AptCall | undefined {
  if (call.name !== "apt-get" && call.name !== "apt" && call.name !== "aptitude") return undefined;
  const o = options(call.args, valued);
  const [verb, ...packages] = o.operands;
  const settings = o.values("-o", "--option").map((s) => s.replace(/\s/g, "").toLowerCase());
  const off =
    settings.some((s) => /^apt::install-recommends=["']?(?:0|false|no|off)["']?$/.test(s)) ||
    o.has("--no-install-recommends", "-R", "--without-recommends");
  const on = settings.some((s) => /^apt::install-recommends=["']?(?:1|true|yes|on)["']?$/.test(s)) || o.has("--install-recommends");
  return { verb: verb?.text ?? "", packages, recommends: on || !off };
}

/** A package as apt names it, without its version, release and architecture: `curl=7.88*`, `gcc:amd64`, `vim/stable`. */
export const packageName = (argument: string): string => argument.replace(/[=/].*$/, "").replace(/:(?:amd64|any|native|all)$/, "");

const isFile = (text: string): boolean => /^(?:\.{0,2}\/|~)/.test(text) || text.endsWith(".deb");

/**
 * Options that were set for good, by a file of an earlier command. Its text is not kept: one that is called after it, or any in
 * apt.conf.d, is taken to say so; the smaller image is assumed.
 */
function recommendsAreOff(state: State): boolean {
  const folder = find(state.root, "/etc/apt/apt.conf.d", true);
  const names = folder?.type === "folder" ? [...folder.children.keys()] : [];
  return names.some((name) => /rec/i.test(name)) || find(state.root, "/etc/apt/apt.conf") !== undefined;
}

/** What is installed depends on which of the packages are there already. */
const apt: Handler = (call) => {
  const parsed = aptCall(call);
  if (!parsed) return undefined;
  const looked = parsed.packages.map((p) => `deb:${packageName(p.text)}`);
  return [{ do: "look", ids: looked }, ...effectsOf(call, parsed)];
};

function effectsOf(call: Call, parsed: AptCall): readonly Effect[] {
  switch (parsed.verb) {
    case "update":
      return hasLists(call.state) ? [] : [{ do: "fill", path: listsFolder, entry: listsEntry(call) }];
    case "install":
    case "reinstall":
    case "build-dep":
    case "satisfy":
      return install(call, parsed);
    case "upgrade":
    case "dist-upgrade":
    case "full-upgrade":
    case "safe-upgrade":
      return [{ do: "fill", path: "/", entry: { id: "deb-upgrade", kind: "package", what: "upgraded packages", size: unknown } }];
    case "remove":
    case "purge":
    case "autoremove":
    case "autopurge":
      return remove(call, parsed);
    case "source":
    case "download":
      return [{ do: "unknown", id: `apt-${parsed.verb}`, what: `apt-get ${parsed.verb}` }];
    default:
      // clean, autoclean, check, show, list …: nothing is written. On the official bases docker-clean has emptied the archives already.
      return parsed.verb === "distclean" ? [{ do: "remove", path: `${listsFolder}/*`, recursive: true }] : [];
  }
}

/** dpkg's own files, written anew by whatever changes the set of packages: status, logs, ld.so.cache … */
const bookkeeping: Effect = {
  do: "fill",
  path: "/var/lib/dpkg",
  entry: { id: "dpkg-status", kind: "metadata", what: "dpkg's own files", size: unknown },
};

const hasLists = (state: State): boolean => {
  const node = find(state.root, listsFolder, true);
  return node?.type === "folder" && node.content.some((e) => e.id === listsId && !e.maybe);
};

function remove(call: Call, parsed: AptCall): Effect[] {
  const named = parsed.packages.map((p) => packageName(p.text));
  const autoremove = parsed.verb.startsWith("auto") || options(call.args, valued).has("--auto-remove", "--autoremove");
  const all = packagesOf(call);
  if (all) return removeEffects(call, all, named, autoremove);
  return parsed.verb.startsWith("auto") ? [] : [...named.map((name): Effect => ({ do: "take", path: "/", id: debId(name) })), bookkeeping];
}

function install(call: Call, parsed: AptCall): Effect[] {
  const recommends = parsed.recommends && !recommendsAreOff(call.state);
  const again = options(call.args, valued).has("--reinstall") || parsed.verb === "reinstall";
  const all = parsed.verb === "install" || parsed.verb === "reinstall" ? packagesOf(call) : undefined;
  if (all) return installEffects(call, all, { packages: parsed.packages, recommends, again });
  // Without an index: what is named is there afterwards, and weighs nobody knows what.
  const installed = new Set(call.state.root.content.filter((e) => !e.maybe).map((e) => e.id));
  const fresh = parsed.packages.filter((p) => !p.text.endsWith("-") && (again || !installed.has(debId(packageName(p.text)))));
  if (fresh.length === 0) return [];
  const fill = (id: string, kind: Entry["kind"], what: string): Effect => ({
    do: "fill",
    path: "/",
    entry: { id, kind, what, size: unknown },
  });
  return [
    ...fresh.map((p) => {
      const name = isFile(p.text) ? p.text : packageName(p.text);
      return fill(debId(name), "package", name);
    }),
    fill(`deb-dependencies:${names(fresh)}`, "unknown", "their dependencies"),
    ...(recommends ? [fill(`${recommendsId}${names(fresh)}`, "unknown", "recommended packages")] : []),
  ];
}

const names = (packages: readonly Argument[]): string =>
  packages
    .map((p) => packageName(p.text))
    .sort()
    .join(" ");

const dpkg: Handler = (call) => {
  const o = options(call.args);
  if (!o.has("-i", "--install", "--unpack")) {
    if (!o.has("-r", "-P", "--remove", "--purge")) return [];
    const all = packagesOf(call);
    const named = o.operands.map((p) => packageName(p.text));
    return all ? removeEffects(call, all, named, false) : named.map((name): Effect => ({ do: "take", path: "/", id: debId(name) }));
  }
  return o.operands.map(
    (p): Effect => ({ do: "fill", path: "/", entry: { id: `deb:${p.text}`, kind: "package", what: p.text, size: unknown } }),
  );
};

export const aptCommands: Record<string, Handler> = {
  "apt-get": apt,
  apt,
  aptitude: apt,
  dpkg,
  "apt-mark": () => [],
  "apt-cache": () => [],
  "apt-key": () => [],
};
