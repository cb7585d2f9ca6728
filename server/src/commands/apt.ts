import type { Effect } from "../image/effects.ts";
import { find } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { computed, type Size, unknown } from "../image/size.ts";
import type { Argument } from "../shell/words.ts";
import { type Call, type Handler, options } from "./call.ts";

export const listsFolder = "/var/lib/apt/lists";
export const listsId = "apt-lists";

/**
 * Bytes that `apt-get update` leaves on the official image, whatever is installed after: measured with real builds of our own
 * (docs/accuracy.md); they grow by a few kB a day as security updates come in.
 */
const listBytes: Record<string, number> = { "debian bookworm": 19_856_468 };

const listsSize = (state: State): Size => {
  const os = state.base?.os;
  const bytes = os && listBytes[`${os.id} ${os.release ?? ""}`];
  return bytes === undefined ? unknown : computed(bytes);
};

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

/** Options that were set for good: in apt.conf, by an earlier command. */
const recommendsAreOff = (state: State): boolean => find(state.root, "/etc/apt/apt.conf.d/no-recommends") !== undefined;

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
      return hasLists(call.state)
        ? []
        : [{ do: "fill", path: listsFolder, entry: { id: listsId, kind: "lists", what: "package lists", size: listsSize(call.state) } }];
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
      return [...parsed.packages.map((p): Effect => ({ do: "take", path: "/", id: `deb:${packageName(p.text)}` })), bookkeeping];
    case "source":
    case "download":
      return [{ do: "unknown", id: `apt-${parsed.verb}`, what: `apt-get ${parsed.verb}` }];
    default:
      // clean, autoclean, autoremove, check, show, list …: nothing is written. On the official bases docker-clean has emptied the archives already.
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

function install(call: Call, parsed: AptCall): Effect[] {
  const installed = new Set(call.state.root.content.filter((e) => !e.maybe).map((e) => e.id));
  const again = options(call.args).has("--reinstall") || parsed.verb === "reinstall";
  const fresh = parsed.packages.filter((p) => !p.text.endsWith("-") && (again || !installed.has(`deb:${packageName(p.text)}`)));
  if (fresh.length === 0) return [];
  const effects = fresh.map((p): Effect => {
    const name = isFile(p.text) ? p.text : packageName(p.text);
    return { do: "fill", path: "/", entry: { id: `deb:${name}`, kind: "package", what: name, size: unknown } };
  });
  const dependencies: Effect = {
    do: "fill",
    path: "/",
    entry: { id: `deb-dependencies:${names(fresh)}`, kind: "unknown", what: "their dependencies", size: unknown },
  };
  if (!parsed.recommends || recommendsAreOff(call.state)) return [...effects, dependencies];
  return [
    ...effects,
    dependencies,
    {
      do: "fill",
      path: "/",
      entry: { id: `${recommendsId}${names(fresh)}`, kind: "unknown", what: "recommended packages", size: unknown },
    },
  ];
}

const names = (packages: readonly Argument[]): string =>
  packages
    .map((p) => packageName(p.text))
    .sort()
    .join(" ");

export const recommendsId = "deb-recommends:";

const dpkg: Handler = (call) => {
  const o = options(call.args);
  if (!o.has("-i", "--install", "--unpack"))
    return o.has("-r", "-P", "--remove", "--purge") ? o.operands.map((p): Effect => ({ do: "take", path: "/", id: `deb:${p.text}` })) : [];
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
