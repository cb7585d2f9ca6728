import assert from "node:assert/strict";
import { type Cell, type Column, columnsOf, textOf } from "../../server/src/scripts/packages/snapshot.ts";
import { readNames, writeNames } from "../../server/src/sizes/packages/format.ts";
import { packageIndex } from "../../server/src/sizes/packages/index.ts";
import { NumberTable, writeNumbers } from "../../server/src/sizes/packages/numbers.ts";

const plain: Cell = { installed: 10, depends: [], recommends: [], conflicts: [], providers: [], parts: undefined };
const column = (name: string, cells: Record<string, Partial<Cell>>): Column => ({
  header: { os: "debian", name, date: "2026-11-20", lists: 1, base: ["libc6"] },
  cells: new Map(Object.entries(cells).map(([package_, cell]) => [package_, { ...plain, ...cell }])),
});
const needs = (...names: string[]) => ({ depends: names.map((name) => name.split("|")) });

/** A library that has another name later, and what needs it. */
const two = [
  column("old", {
    ...Object.fromEntries(["a", "b", "c", "d"].map((name) => [`app-${name}`, needs("libc6", "libssl1", `data-${name}`)])),
    ...{ libc6: { installed: 12_345 }, libssl1: needs("libc6"), "data-a": {}, "data-b": {}, "data-c": {}, "data-d": {} },
    mail: { installed: undefined, providers: ["exim", "postfix"] },
    exim: { ...needs("libc6", "a-last|!a-strict|?"), recommends: [["mail", "!exim"]], conflicts: ["!postfix", "mail"] },
    ...{ postfix: {}, "a-last": {}, "a-strict": {}, gone: { installed: 0 } },
  }),
  column("new", {
    ...Object.fromEntries(["a", "b", "c"].map((name) => [`app-${name}`, needs("libc6", "libssl3", `data-${name}`)])),
    "app-d": needs("extra", "libssl3", "data-d", "libc6"),
    ...{ libc6: { installed: 3_000_000 }, libssl3: needs("libc6"), "data-a": {}, "data-b": {}, "data-c": {}, "data-d": {}, extra: {} },
    exim: { parts: [-3, 7, 0, 0, 0, 0, 0, 112_961, 0, 0, 1] },
  }),
];

describe("a snapshot of package indexes", () => {
  it("is read as it was written", () => {
    for (const columns of [two, two.slice(0, 1), two.slice(1), []]) assert.deepEqual(columnsOf(textOf(columns)), columns);
  });

  it("does not write again what is like it was, but for names that changed for all", () => {
    const text = textOf(two);
    const line = (name: string) =>
      text.split("\n").at(-[...new Set(two.flatMap((c) => [...c.cells.keys()]))].sort().reverse().indexOf(name) - 1);
    assert.doesNotMatch(line("app-a") ?? "", /\t/);
    assert.match(line("app-d") ?? "", /\t/);
  });

  it("has a token for each of very many names, however it is referred to", () => {
    const count = 20_000;
    const name = (i: number) => `p${String(i % count).padStart(5, "0")}`;
    const cells = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [name(i), needs(name(0), `${name(i * 7919)}|${name(i + 1)}`)]),
    );
    const [columns] = [[column("big", cells)]];
    const index = packageIndex(textOf(columns)).release("debian", "big");
    for (let i = 0; i < count; i += 7) assert.deepEqual(index?.package(name(i))?.depends, cells[name(i)]?.depends, name(i));
  });

  it("is nothing where the text is none, or cut off", () => {
    const text = textOf(two);
    for (let end = 0; end < text.length; end += 5) {
      const release = packageIndex(text.slice(0, end)).release("debian", "new");
      for (const name of ["exim", "app-d", "mail", "nobody"]) release?.package(name);
    }
  });

  it("takes what was not read of a package from the nearest release of about its size", () => {
    const old = packageIndex(textOf(two)).release("debian", "old");
    assert.equal(old?.package("exim")?.parts?.scaled, true);
    assert.equal(packageIndex(textOf(two)).release("debian", "new")?.package("exim")?.parts?.scaled, false);
    assert.equal(old?.package("libc6")?.parts, undefined);
  });

  it("holds numbers of any size, and names of any beginning", () => {
    const rows = [
      [[0, -1], undefined, [5_000_000, 1]],
      [undefined, undefined, undefined],
      [
        [217, 218],
        [219, -219],
        [0, 0],
      ],
    ];
    const table = new NumberTable(writeNumbers(rows, 2), 2, 3, rows.length);
    assert.deepEqual(
      rows.map((row, at) => row.map((_, release) => table.cell(at, release))),
      rows,
    );
    const names = ["a", "ab", "abc".repeat(60), "abc".repeat(61), "b"];
    assert.deepEqual(readNames(writeNames(names)), names);
  });
});
