// Builds one case and reads what each instruction's layer weighs: bytes of files, as `docker history` counts them.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { baseTar, canMake, localName } from "./bases.mjs";
import { forBuild } from "./cases.mjs";
import { makeContext } from "./context.mjs";
import { lanes } from "./lanes.mjs";
import { cachePath, hash, writeWhole } from "./tools.mjs";
import { treeOf } from "./tree.mjs";
import { makesLayer, textKey } from "./truth.mjs";

/** Changed when what is measured changes its meaning, so that old results are not taken for new ones. */
const revision = 2;

/**
 * Measures cases with an engine that is started when the first of them is not in the cache.
 * `measure(case)` gives { layers: [{ instruction, bytes }], cached } or { error }.
 */
export class Measurer {
  constructor(engine, { useCache = true } = {}) {
    this.engine = engine;
    this.useCache = useCache;
    this.bases = new Map();
    /** What this run has built or is building: with --no-cache, or where two need the same at a time, it is not built twice. */
    this.begun = new Map();
    /** How long each build that this run needed took, when it was built. */
    this.seconds = new Map();
  }

  /** What a run with an empty cache builds, by the times recorded when it was built. */
  coldTime() {
    const times = [...this.seconds.values()];
    const known = times.filter((time) => time !== undefined);
    const minutes = known.reduce((sum, time) => sum + time, 0) / 60;
    const rest = times.length > known.length ? `; ${times.length - known.length} more have no recorded time` : "";
    return `without a cache: ${known.length} builds, ${minutes.toFixed(1)} minutes in all, ${lanes} at a time${rest}`;
  }

  open() {
    this.opened ??= this.engine.open();
    return this.opened;
  }

  async close() {
    const engine = await this.opened;
    await engine?.close();
  }

  /** Resolves to { key, tar } of a stand-in; { key } of the official image, where only the user's Docker can get one. */
  base(name) {
    if (!this.bases.has(name)) this.bases.set(name, canMake() || this.engine.private ? baseTar(name) : this.pull(name));
    return this.bases.get(name);
  }

  async pull(name) {
    return { key: this.engine.pull(name, localName(name)), loaded: true };
  }

  async key(one) {
    const bases = await Promise.all(one.bases.map((name) => this.base(name)));
    const keys = bases.map(({ key }) => key);
    return hash(revision, textKey(one), keys, this.engine.version);
  }

  async measure(one) {
    return this.remembered("measured", one, ({ base, layers, day, seconds }) => ({ base, layers, day, seconds }));
  }

  /** Like `measure`, for a Dockerfile that need not build (a fixture fetches from a network that is not there): that it does not is remembered too. */
  async measureIfBuilds(one) {
    const failure = cacheFile("unbuildable", await this.key(one));
    if (this.useCache && existsSync(failure)) return { error: "cannot be built" };
    const result = await this.measure(one);
    if (result.error) writeWhole(failure, gzipSync(JSON.stringify(result.error)));
    return result;
  }

  /** { files, config }: what the built image's root file system holds. */
  async tree(one) {
    return this.remembered("trees-2", one, ({ tree, seconds }) => ({ ...tree, seconds }));
  }

  async remembered(kind, one, part) {
    const key = await this.key(one);
    const id = `${kind} ${key}`;
    const earlier = this.begun.get(id);
    if (earlier) return { ...(await earlier), cached: true };
    const known = this.useCache ? readCache(kind, key) : undefined;
    const begun = known ? Promise.resolve({ ...known, cached: true }) : this.make(kind, one, key, part);
    this.begun.set(id, begun);
    const result = await begun;
    if (!result.error) this.seconds.set(id, result.seconds);
    return result;
  }

  async make(kind, one, key, part) {
    const result = await this.build(one, kind.startsWith("trees"));
    if (result.error) return result;
    writeCache(kind, key, part(result));
    return part(result);
  }

  async build(one, withTree) {
    const engine = await this.open();
    const start = Date.now();
    for (const name of one.bases) this.load(engine, name, await this.base(name));
    const folder = mkdtempSync(join(tmpdir(), "ballast-case-"));
    const tag = `ballast-test/case:${hash(textKey(one), one.name, withTree, process.pid)}`;
    try {
      makeContext(folder, one.recipe);
      writeFileSync(join(folder, "Dockerfile"), forBuild(one.dockerfile));
      const options = [...one.buildArgs.flatMap((arg) => ["--build-arg", arg]), ...(one.target ? ["--target", one.target] : [])];
      const { code, output } = await engine.build(["--network", "host", ...options, "-t", tag, folder]);
      if (code !== 0) return { error: output.trim().split("\n").slice(-12).join("\n") };
      const tree = withTree ? { tree: treeOf(engine, tag) } : {};
      return { ...layersOf(engine, tag), day: new Date().toISOString().slice(0, 10), seconds: (Date.now() - start) / 1000, ...tree };
    } finally {
      remove(engine, tag);
      rmSync(folder, { recursive: true, force: true });
    }
  }

  load(engine, name, base) {
    if (base.loaded) return;
    const tag = `${localName(name)}`;
    const mark = `ballast.base=${base.key}`;
    const there = engine.docker("image", "ls", "-q", "--filter", `label=${mark}`, tag).trim();
    if (!there) engine.docker("import", "-c", 'CMD ["bash"]', "-c", `LABEL ${mark}`, base.tar, tag);
    base.loaded = true;
  }
}

const cacheFile = (kind, key) => cachePath(kind, `${key}.json.gz`);

function readCache(kind, key) {
  const file = cacheFile(kind, key);
  return existsSync(file) ? JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) : undefined;
}

const writeCache = (kind, key, value) => writeWhole(cacheFile(kind, key), gzipSync(JSON.stringify(value)));

/** What history says: { base, layers: [{ instruction, bytes }] }, the instructions of the Dockerfile that make a layer, oldest first. */
export function layersOf(engine, tag) {
  const lines = engine.docker("history", "--no-trunc", "--human=false", "--format", "{{json .}}", tag).trim().split("\n");
  const rows = lines.map((line) => JSON.parse(line)).reverse();
  const ours = rows.filter((row) => makesLayer(row.CreatedBy));
  const total = (list) => list.reduce((sum, row) => sum + Number(row.Size), 0);
  return {
    base: total(rows) - total(ours),
    layers: ours.map((row) => ({ instruction: row.CreatedBy.match(/^\w+/)[0], bytes: Number(row.Size) })),
  };
}

function remove(engine, tag) {
  try {
    engine.docker("image", "rm", "--force", tag);
  } catch {
    // A build that failed left no image.
  }
}
