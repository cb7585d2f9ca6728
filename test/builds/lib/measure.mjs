// Builds one case and reads what each instruction's layer weighs: bytes of files, as `docker history` counts them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseTar, canMake, localName } from "./bases.mjs";
import { forBuild } from "./cases.mjs";
import { makeContext } from "./context.mjs";
import { cachePath, hash, readJSON, writeWhole } from "./tools.mjs";
import { makesLayer, textKey } from "./truth.mjs";

/** Changed when what is measured changes its meaning, so that old results are not taken for new ones. */
const revision = 1;

/**
 * Measures cases with an engine that is started when the first of them is not in the cache.
 * `measure(case)` gives { layers: [{ instruction, bytes }], cached } or { error }.
 */
export class Measurer {
  constructor(engine, { useCache = true } = {}) {
    this.engine = engine;
    this.useCache = useCache;
    this.bases = new Map();
  }

  async open() {
    this.opened ??= await this.engine.open();
    return this.opened;
  }

  async close() {
    await this.opened?.close();
  }

  /** { key, tar } of a stand-in; { key } of the official image, where only the user's Docker can get one. */
  base(name) {
    if (!this.bases.has(name))
      this.bases.set(
        name,
        canMake() || this.engine.private ? baseTar(name) : { key: this.engine.pull(name, localName(name)), loaded: true },
      );
    return this.bases.get(name);
  }

  key(one) {
    const bases = one.bases.map((name) => this.base(name).key);
    return hash(revision, textKey(one), bases, this.engine.version);
  }

  async measure(one) {
    const file = cachePath("measured", `${this.key(one)}.json`);
    const known = this.useCache && readJSON(file);
    if (known) return { ...known, cached: true };
    const result = await this.build(one);
    if (!result.error) writeWhole(file, JSON.stringify(result));
    return result;
  }

  async build(one) {
    const engine = await this.open();
    for (const name of one.bases) this.load(engine, name);
    const folder = mkdtempSync(join(tmpdir(), "ballast-case-"));
    const tag = `ballast-test/case:${hash(one.name, process.pid)}`;
    try {
      makeContext(folder, one.recipe);
      writeFileSync(join(folder, "Dockerfile"), forBuild(one.dockerfile));
      const options = [...one.buildArgs.flatMap((arg) => ["--build-arg", arg]), ...(one.target ? ["--target", one.target] : [])];
      const { code, output } = await engine.build(["--network", "host", ...options, "-t", tag, folder]);
      if (code !== 0) return { error: output.trim().split("\n").slice(-12).join("\n") };
      return { layers: layersOf(engine, tag), day: new Date().toISOString().slice(0, 10) };
    } finally {
      remove(engine, tag);
      rmSync(folder, { recursive: true, force: true });
    }
  }

  load(engine, name) {
    const base = this.base(name);
    if (base.loaded) return;
    const tag = `${localName(name)}`;
    const mark = `ballast.base=${base.key}`;
    const there = engine.docker("image", "ls", "-q", "--filter", `label=${mark}`, tag).trim();
    if (!there) engine.docker("import", "-c", 'CMD ["bash"]', "-c", `LABEL ${mark}`, base.tar, tag);
    base.loaded = true;
  }
}

/** The history above the imported base: [{ instruction, bytes }] of the instructions that make a layer, oldest first. */
export function layersOf(engine, tag) {
  const lines = engine.docker("history", "--no-trunc", "--human=false", "--format", "{{json .}}", tag).trim().split("\n");
  const rows = lines.map((line) => JSON.parse(line)).reverse();
  return rows
    .filter((row) => makesLayer(row.CreatedBy))
    .map((row) => ({ instruction: row.CreatedBy.match(/^\w+/)[0], bytes: Number(row.Size) }));
}

function remove(engine, tag) {
  try {
    engine.docker("image", "rm", "--force", tag);
  } catch {
    // A build that failed left no image.
  }
}
