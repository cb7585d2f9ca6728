import type { Effect } from "../image/effects.ts";
import { find } from "../image/files.ts";
import { cacheIn, filled, removeAll, type ToolCache } from "./cache.ts";
import { type Call, type Handler, options } from "./call.ts";

const folder = "/var/cache/apk";
const indexId = "apk-index";
const valued =
  "t X p --virtual --repository --root --arch --keys-dir --repositories-file --wait --cache-dir --cache-max-age --progress-fd --timeout";

/** The index of earlier commands, which apk takes for four hours before it downloads another one. */
function hasIndex({ state }: Call): boolean {
  const node = find(state.root, folder, true);
  return node?.type === "folder" && node.content.some((e) => e.id === indexId && !e.maybe);
}

/** apk writes its index only where nobody said --no-cache. */
const apk: Handler = (call) => {
  const o = options(call.args, valued);
  const [verb, ...rest] = o.operands.map((a) => a.text);
  const written = cacheIn(folder, indexId, "package index");
  const index =
    o.has("--no-cache", "--no-network") || (hasIndex(call) && verb !== "update" && !o.has("-U", "--update", "--update-cache"))
      ? []
      : [written];
  switch (verb) {
    case "add": {
      const group = o.value("-t", "--virtual");
      const packages = rest.map((p) => p.replace(/[<>=~@].*$/, "")).filter((p) => p !== "");
      const effects = packages.map((p) => filled("/", `apk:${p}`, "package", p));
      const members: Effect[] = group === undefined ? [] : [{ do: "group", name: group, members: packages.map((p) => `apk:${p}`) }];
      return [...index, ...effects, ...members];
    }
    case "del":
      return rest.flatMap((p): Effect[] => (call.state.groups.get(p) ?? [`apk:${p}`]).map((id) => ({ do: "take", path: "/", id })));
    case "update":
      return index;
    case "upgrade":
      return [...index, filled("/", "apk-upgrade", "package", "upgraded packages")];
    case "fetch":
      return undefined;
    default:
      return verb === "cache" && (rest[0] === "clean" || rest[0] === "purge") ? [removeAll(`${folder}/*`)] : [];
  }
};

const does = (ran: { readonly name: string; readonly args: Call["args"] }, ...verbs: string[]): boolean =>
  ran.name === "apk" && verbs.includes(options(ran.args, valued).operands[0]?.text ?? "");

export const apkCommands: Record<string, Handler> = { apk };

export const apkCache: ToolCache = {
  tool: "apk",
  what: "the package index of apk",
  ids: [indexId],
  alias: "DL3019",
  verbs: ["add", "upgrade", "update"],
  flag: { text: "--no-cache", instead: ["--update-cache", "--update", "-U"] },
  onlyFills: (ran) => does(ran, "update"),
  reads: (ran) =>
    does(ran, "add", "upgrade") &&
    !ran.args.some((a) => ["--no-cache", "--no-network", "-U", "--update", "--update-cache"].includes(a.text)),
  clean: () => `rm -rf ${folder}/*`,
};
