import type { Effect } from "../image/effects.ts";
import { unknown } from "../image/size.ts";
import { type Call, type Handler, homeOf, options, pathOf } from "./call.ts";

const filled = (path: string, id: string, kind: "package" | "cache", what: string): Effect => ({
  do: "fill",
  path,
  entry: { id, kind, what, size: unknown },
});

/** apk writes its index only where nobody said --no-cache; in the image's folder, or in the linked cache. */
const apk: Handler = (call) => {
  const o = options(call.args, "t X p --virtual --repository --root --arch --keys-dir --repositories-file --wait");
  const [verb, ...rest] = o.operands.map((a) => a.text);
  const index = filled("/var/cache/apk", "apk-index", "cache", "package index");
  const reads = !o.has("--no-cache");
  switch (verb) {
    case "add": {
      const group = o.value("-t", "--virtual");
      const packages = rest.map((p) => p.replace(/[<>=~@].*$/, "")).filter((p) => p !== "");
      const effects = packages.map((p) => filled("/", `apk:${p}`, "package", p));
      const members: Effect[] = group === undefined ? [] : [{ do: "group", name: group, members: packages.map((p) => `apk:${p}`) }];
      return [...(reads ? [index] : []), ...effects, ...members];
    }
    case "del":
      return rest.flatMap((p): Effect[] => (call.state.groups.get(p) ?? [`apk:${p}`]).map((id) => ({ do: "take", path: "/", id })));
    case "update":
      return reads ? [index] : [];
    case "upgrade":
      return [...(reads ? [index] : []), filled("/", "apk-upgrade", "package", "upgraded packages")];
    case "fetch":
      return undefined;
    default:
      return verb === "cache" && rest[0] === "clean" ? [{ do: "remove", path: "/var/cache/apk/*", recursive: true }] : [];
  }
};

/** dnf, microdnf, yum, tdnf: packages, and metadata that stays until `clean all`. */
const dnf: Handler = (call) => {
  const o = options(call.args, "c d e x --config --exclude --setopt --repo --repoid --enablerepo --disablerepo --installroot --releasever");
  const [verb, ...rest] = o.operands.map((a) => a.text);
  const folder = call.name === "microdnf" || call.name === "dnf" ? "/var/cache/dnf" : `/var/cache/${call.name}`;
  const metadata = filled(folder, `${call.name}-cache`, "cache", "package metadata");
  switch (verb) {
    case "install":
    case "localinstall":
    case "reinstall":
    case "groupinstall":
    case "group":
      return [metadata, ...rest.map((p) => filled("/", `rpm:${p}`, "package", p))];
    case "update":
    case "upgrade":
      return [metadata, filled("/", "rpm-upgrade", "package", "upgraded packages")];
    case "makecache":
      return [metadata];
    case "remove":
    case "erase":
      return rest.map((p): Effect => ({ do: "take", path: "/", id: `rpm:${p}` }));
    case "clean":
      return [{ do: "remove", path: `${folder}/*`, recursive: true }];
    default:
      return [];
  }
};

const truthy = (call: Call, name: string): boolean => {
  const value = call.variable(name);
  return value !== undefined && value.text !== "";
};

/** pip: packages in site-packages, and wheels in the cache of whoever runs it. */
const pip: Handler = (call) => {
  const o = options(
    call.args,
    "r c e i t --requirement --constraint --editable --index-url --extra-index-url --target --prefix --root --find-links --trusted-host --timeout --retries --cache-dir --python",
  );
  const [verb, ...packages] = o.operands.map((a) => a.text);
  if (verb === "uninstall") return packages.map((p): Effect => ({ do: "take", path: "/usr", id: `pip:${p}` }));
  if (verb === "cache")
    return packages[0] === "purge"
      ? [{ do: "remove", path: `${cacheFolder(call, o.value("--cache-dir"), "pip")}/*`, recursive: true }]
      : [];
  if (verb === "download" || verb === "wheel") return undefined;
  if (verb !== "install") return [];
  const wanted = [
    ...packages,
    ...o.values("-r", "--requirement").map((f) => `-r ${f}`),
    ...o.values("-e", "--editable").map((f) => `-e ${f}`),
  ];
  const target = o.value("-t", "--target", "--prefix", "--root");
  const place = target === undefined ? "/usr" : pathOf(call, target);
  const effects = wanted.map((p) => filled(place, `pip:${p}`, "package", p));
  // Any value turns the cache off, even 0 (pip's own reading of the variable).
  const cached = !o.has("--no-cache-dir") && !truthy(call, "PIP_NO_CACHE_DIR");
  return cached && effects.length
    ? [...effects, filled(cacheFolder(call, o.value("--cache-dir"), "pip"), "pip-cache", "cache", "pip's cache")]
    : effects;
};

const cacheFolder = (call: Call, given: string | undefined, name: string): string => {
  const base = call.variable("XDG_CACHE_HOME")?.text ?? `${homeOf(call)}/.cache`;
  return pathOf(call, given ?? `${base}/${name}`);
};

/** npm: node_modules of the folder it runs in (or the global one), and its cache. */
const npm: Handler = (call) => {
  const o = options(call.args, "C w --prefix --registry --cache --workspace --loglevel --omit --include --only --tag");
  const [verb, ...packages] = o.operands.map((a) => a.text);
  const cache = pathOf(call, o.value("--cache") ?? call.variable("npm_config_cache")?.text ?? `${homeOf(call)}/.npm`);
  const folder = pathOf(call, o.value("--prefix", "-C") ?? ".");
  switch (verb) {
    case "ci":
    case "install":
    case "i":
    case "add":
    case "install-clean": {
      const cached = filled(cache, "npm-cache", "cache", "npm's cache");
      if (o.has("-g", "--global")) return [...packages.map((p) => filled("/usr", `npm:${p}`, "package", p)), cached];
      const modules = `${folder}/node_modules`;
      const fresh: Effect[] = verb === "ci" ? [{ do: "remove", path: modules, recursive: true }] : [];
      const leavesOut =
        o.has("--production") ||
        o.value("--omit") === "dev" ||
        o.value("--only") === "prod" ||
        o.value("--only") === "production" ||
        call.variable("NODE_ENV")?.text === "production";
      const what = packages.length ? packages.join(" ") : "dependencies";
      const dev: Effect[] =
        leavesOut || packages.length > 0 ? [] : [filled(modules, `npm-dev:${folder}`, "package", "development dependencies")];
      return [...fresh, { do: "mkdir", path: modules }, filled(modules, `npm:${folder}:${what}`, "package", what), ...dev, cached];
    }
    case "prune":
      return [{ do: "take", path: `${folder}/node_modules`, id: `npm-dev:${folder}` }];
    case "uninstall":
    case "rm":
    case "remove":
      return packages.map((p): Effect => ({ do: "take", path: "/usr", id: `npm:${p}` }));
    case "cache":
      return packages[0] === "clean" ? [{ do: "remove", path: `${cache}/*`, recursive: true }] : [];
    case "config":
    case "set":
    case "ls":
    case "list":
    case "view":
    case "version":
    case "audit":
    case "fund":
    case "whoami":
    case "-v":
      return [];
    default:
      return verb === undefined ? [] : undefined;
  }
};

export const packages: Record<string, Handler> = {
  apk,
  dnf,
  microdnf: dnf,
  yum: dnf,
  tdnf: dnf,
  pip,
  npm,
};
