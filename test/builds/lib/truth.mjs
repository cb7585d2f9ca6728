// What was measured and is kept in test/data: the shared truth set, and our own cases. No engine is needed to read it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseCase, readCases } from "./cases.mjs";
import { hash } from "./tools.mjs";

const data = (name) => fileURLToPath(new URL(`../../data/${name}`, import.meta.url));
export const ownFile = data("builds-own.jsonl");

/** The contexts that test/data/builds.md names, as recipes. */
const contexts = {
  copy20m: ["file big.bin 20M"],
  tree: ["tree tree 1000 10k"],
  tar: ["tree tree 1000 10k", "tar tree.tar.gz gz tree"],
  npm: ["copy . npm"],
  hello: ["copy . hello"],
};

export const makesLayer = (instruction) => /^(RUN|COPY|ADD|WORKDIR)\b/.test(instruction);

/** Of all that decides what is measured but the bases and the engine. */
export const textKey = (one) => hash(one.dockerfile, one.recipe, one.target ?? "", one.buildArgs);

function rows(file) {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.filter(Boolean).map((line) => JSON.parse(line));
}

/** Cases with `measured` layers. A stand-in's own layers are still in front: the comparison takes the last ones. */
export function sharedTruth() {
  return rows(data("builds.jsonl")).map((row) => ({
    ...parseCase(row.id, row.dockerfile),
    recipe: row.context ? contexts[row.context] : [],
    engine: row.engine,
    day: "2026-11",
    measured: row.layers
      .filter((layer) => makesLayer(layer.instruction))
      .map((layer) => ({ instruction: layer.instruction.split(" ")[0], bytes: layer.bytes })),
  }));
}

/** Only cases whose text is still the one that was measured. */
export function ownTruth() {
  const measured = new Map(rows(ownFile).map((row) => [row.id, row]));
  return readCases()
    .filter((one) => measured.get(one.name)?.text === textKey(one))
    .map((one) => ({ ...one, ...pick(measured.get(one.name)) }));
}

const pick = ({ engine, day, layers }) => ({ engine, day, measured: layers });
