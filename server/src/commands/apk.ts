import type { BaseImage } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { contentAt, type Entry, find } from "../image/files.ts";
import { atLeast, type Size, typical, unknown } from "../image/size.ts";
import { installedOnAlpine } from "../sizes/apk-images.ts";
import { filled, removeAll, type ToolCache } from "./cache.ts";
import { type Call, type Handler, type Options, options } from "./call.ts";

const folder = "/var/cache/apk";
const localFolder = "/etc/apk/cache";
const indexId = "apk-index";
/** One for each repository, with the first bytes of a hash of its address (apk-tools, apk_repo_format_cache_index). */
const indexName = "APKINDEX.0a1b2c3d.tar.gz";
export const apkOptions = ({ args }: Pick<Call, "args">): Options =>
  options(
    args,
    "t X p --virtual --repository --root --arch --keys-dir --repositories-file --wait --cache-dir --cache-max-age --progress-fd --timeout",
  );

/** The index of earlier commands, which apk takes for four hours before it downloads another one. */
const hasIndex = ({ state }: Pick<Call, "state">): boolean =>
  contentAt(state.root, folder)
    .of(indexId)
    .some((e) => !e.maybe);

/**
 * The indexes of main and community: what images lost by --no-cache. 3.8 shlinkio/shlink-docker-image#21 (exact), 3.10 1n3/blackwidow
 * (docker-parfum-experiment, without its wheels), 3.12 resyst-it/docker-bind9#11, 3.17 leighmacdonald/gbans#374. Of 3.9 and 3.18 the files
 * themselves (scripts/apk/indexes.ts). They grow from release to release, but since 3.18 they are packed better: main of 3.22 has 499,995.
 */
const indexBytes: readonly (readonly [minor: number, bytes: number])[] = [
  [8, 1_278_063],
  [9, 751_718 + 562_163],
  [10, 1_497_000],
  [12, 1_800_000],
  [17, 2_579_000],
  [18, 433_226 + 1_445_053],
];

/**
 * Of a release between two of these it is that of the older one; of older ones nobody knows. A newer one, or one that a tag does not name,
 * has at least as much: tags that name none went on to 3.8 and later.
 */
function indexSize(call: Call): Size {
  const { base } = call.state;
  const [, minor = ""] = /^3\.(\d+)/.exec(releaseOf(call) ?? "") ?? [];
  if (base?.os?.id === "alpine" && minor === "" && base.os.release === undefined) return atLeast(typical(indexBytes[0]?.[1] ?? 0));
  const [newest] = indexBytes.at(-1) ?? [];
  const found = indexBytes.findLast(([release]) => minor !== "" && release <= Number(minor));
  if (!found) return unknown;
  const size = typical(found[1]);
  const isNewer = newest !== undefined && Number(minor) > newest;
  switch (repositoriesOf(call)) {
    case "others":
      return unknown;
    case "more":
      return atLeast(size);
    default:
      return isNewer ? atLeast(size) : size;
  }
}

/** Whether apk asks the base's own repositories, or more (apk(8), -X), or nobody knows which: its list is another one, of fewer lines. */
function repositoriesOf(call: Call): "own" | "more" | "others" {
  const list = find(call.state.root, "/etc/apk/repositories", true);
  if (apkOptions(call).has("-X", "--repository") || (list?.type === "file" && list.entry.size.lowerBound)) return "more";
  if (list?.type !== "file") return "own";
  const lines = (call.textAt?.("/etc/apk/repositories") ?? "").split("\n").filter((line) => /^\s*(?:@\S+\s+)?(?:https?:|\/)/.test(line));
  return lines.length > 2 ? "more" : lines.length === 2 ? "own" : "others";
}

const apkId = (name: string): string => `apk:${name}`;

/** What the image beneath has installed: known of alpine itself and of official images on it. */
function there({ state: { base } }: Pick<Call, "state">): ReadonlySet<string> | undefined {
  const isAlpine = base?.os?.id === "alpine" || /^(?:docker\.io\/)?(?:library\/)?alpine(?:$|[:@])/.test(base?.name ?? "");
  return isAlpine ? installedOnAlpine(base?.name ?? "") : undefined;
}

const releaseOf = ({ state: { base } }: Pick<Call, "state">): string | undefined => releaseOfBase(base);

const releaseOfBase = (base: BaseImage | undefined): string | undefined =>
  base?.os?.id === "alpine" && base.os.release !== undefined
    ? base.os.release
    : /alpine:?(?:\w+-v)?([23]\.\d+)/.exec(base?.name ?? "")?.[1];

const asksForNew = (o: Options): boolean => o.has("-U", "--update", "--update-cache") || o.operands[0]?.text === "update";

/**
 * Up to Alpine 3.7, told to update, apk asks for an index that has changed since, and leaves the file alone where none has. From apk-tools 2.10 on
 * `update` fetches it anyhow, and -U sets its time, which stores it again (src/database.c, apk_cache_download: the return of -EALREADY).
 */
const takesUnchanged = (call: Pick<Call, "state">): boolean => hasIndex(call) && /^(?:2\.|3\.[0-7]$)/.test(releaseOf(call) ?? "");

const installedIn = ({ state }: Call): readonly Entry[] => [...state.root.content].filter((e) => e.id.startsWith("apk:") && !e.maybe);

/** What is named, and what that needs: with its installed bytes where the table has it, which are those of one release or another. */
function added(call: Call, packages: readonly string[]): Effect[] {
  const { apk } = call;
  const base = there(call);
  if (!apk || !base) return packages.map((p) => filled("/", apkId(p), "package", p));
  // By its id: among thousands of RUNs none goes through all that is installed.
  const isThere = (name: string): boolean => call.state.root.content.of(apkId(name)).some((e) => !e.maybe);
  return apk
    .closure(packages, releaseOf(call), base)
    .filter(({ name }) => !isThere(name))
    .map(({ name, bytes, source: from, named: isNamed }): Effect => {
      const size = bytes === undefined ? unknown : typical(bytes);
      const what = name === "?" ? "other packages that they need" : name;
      const source = from === undefined ? {} : { source: from };
      return {
        do: "fill",
        path: "/",
        entry: { id: apkId(name), kind: "package", what, size, ...source, ...(!isNamed && { brought: "needed" }) },
      };
    });
}

/** What these packages bring on this image, themselves among it; none where nobody knows, as of a release that no tag names. */
export function broughtOnAlpine(call: Pick<Call, "apk" | "state">, names: readonly string[], notNewer = false): readonly string[] {
  const [base, release] = [there(call), releaseOf(call)];
  return base && release !== undefined ? (call.apk?.closure(names, release, base, notNewer).map(({ name }) => name) ?? []) : [];
}

/** Named by themselves though they were there: without a word of a group. */
const ofWorld = "";

const namesIn = (ids: readonly string[]): string[] => ids.map((id) => id.slice(apkId("").length));

/** What is named is asked for by that, too, though it is there already: by its own name, and by the groups that it is in. */
function asked(call: Call, packages: readonly string[], group: string | undefined): Effect[] {
  const { groups, root } = call.state;
  const ids = packages.map(apkId);
  const isInGroup = (id: string): boolean => [...groups].some(([name, members]) => name !== ofWorld && members.includes(id));
  const isInWorld = (id: string): boolean =>
    groups.get(ofWorld)?.includes(id) === true || (root.content.of(id).some((e) => !e.maybe && e.brought === undefined) && !isInGroup(id));
  const more = ids.filter((id) => !isInWorld(id));
  if (group !== undefined) return [{ do: "group", name: group, members: more }];
  const known = more.filter((id) => root.content.of(id).some((e) => !e.maybe));
  return known.length === 0 ? [] : [{ do: "group", name: ofWorld, members: [...(groups.get(ofWorld) ?? []), ...known] }];
}

/**
 * With a package goes what only it needed; what another one that stays needs, or asks for, stays as well (apk-del(8): it is removed from the
 * world, and from the system where nothing depends on it), unless those are to go with it.
 */
function removed(call: Call, names: readonly string[], withOthers: boolean): Effect[] {
  const { apk } = call;
  const { groups } = call.state;
  const all = installedIn(call);
  const ids = new Set(names.flatMap((name) => groups.get(name) ?? [apkId(name)]));
  const world = (groups.get(ofWorld) ?? []).filter((id) => !names.includes(id.slice(apkId("").length)));
  const others = [...groups].flatMap(([name, members]) => (name === ofWorld || names.includes(name) ? [] : members));
  const named = all.filter((e) => e.brought === undefined && !ids.has(e.id)).map((e) => e.what);
  const asking = [...named, ...namesIn([...world, ...others])];
  const kept = new Set(apk?.closure(asking, releaseOf(call), there(call)).map(({ name }) => apkId(name)) ?? []);
  const orphans = all.filter((e) => e.brought !== undefined && !kept.has(e.id)).map((e) => e.id);
  const gone = new Set([...[...ids].filter((id) => withOthers || !kept.has(id)), ...orphans]);
  const left = [...names, ofWorld].filter((name) => groups.has(name));
  return [
    ...left.map((name): Effect => ({ do: "group", name, members: name === ofWorld ? world : [] })),
    ...[...gone].map((id): Effect => ({ do: "take", path: "/", id })),
  ];
}

/** apk writes its index only where nobody said --no-cache. */
const apk: Handler = (call) => {
  const o = apkOptions(call);
  const [verb, ...rest] = o.operands.map((a) => a.text);
  const entry = { id: indexId, kind: "cache", what: "package index", size: indexSize(call), like: indexName } as const;
  // Where that folder is there, or mounted, apk caches in it (Alpine's wiki, "Local APK cache").
  const isLocal = find(call.state.root, localFolder, true)?.type === "folder";
  const written: Effect = { do: "fill", path: isLocal ? localFolder : folder, entry };
  const index = o.has("--no-cache", "--no-network") || (hasIndex(call) && (!asksForNew(o) || takesUnchanged(call))) ? [] : [written];
  switch (verb) {
    case "add": {
      const group = o.value("-t", "--virtual");
      const packages = rest.map((p) => p.replace(/[<>=~@].*$/, "")).filter((p) => p !== "");
      return [...index, ...added(call, packages), ...asked(call, packages, group)];
    }
    case "del":
      return removed(call, rest, o.has("-r", "--rdepends"));
    case "update":
      return index;
    case "fix":
    case "upgrade":
      return [...index, filled("/", "apk-upgrade", "package", "upgraded packages"), { do: "replace", part: "upgrade" }];
    case "fetch":
      return undefined;
    default:
      return verb === "cache" && (rest[0] === "clean" || rest[0] === "purge") ? [removeAll(`${folder}/*`)] : [];
  }
};

const does = (ran: { readonly name: string; readonly args: Call["args"] }, ...verbs: string[]): boolean =>
  ran.name === "apk" && verbs.includes(apkOptions(ran).operands[0]?.text ?? "");

/** Commands that look for packages in the index; of the installed ones apk knows without. */
const asksIndex = (ran: Parameters<typeof does>[0]): boolean =>
  does(ran, "search", "policy", "list", "query", "fetch") && !ran.args.some((a) => a.text === "-I" || a.text === "--installed");

export const apkCommands: Record<string, Handler> = { apk };

export const apkCache: ToolCache = {
  tool: "apk",
  what: "the package index of apk",
  ids: [indexId],
  alias: "DL3019",
  verbs: ["add", "upgrade", "update"],
  flag: {
    text: "--no-cache",
    instead: ["--update-cache", "--update", "-U"],
    // "As of Alpine Linux 3.3 there exists a new --no-cache option" (gliderlabs/docker-alpine, docs/usage.md)
    lacking: (base) => /^(?:2\.|3\.[0-2]$)/.test(releaseOfBase(base) ?? ""),
  },
  onlyFills: (ran) => does(ran, "update"),
  reads: (ran) => {
    const o = apkOptions(ran);
    if (o.has("--no-cache", "--no-network") || !(does(ran, "add", "upgrade", "update") || asksIndex(ran))) return false;
    return !asksForNew(o) || takesUnchanged({ state: ran.before });
  },
  clean: () => `rm -rf ${folder}/*`,
};
