import assert from "node:assert/strict";
import { Table } from "../../server/src/image/table.ts";
import { randomFrom } from "./support/random.ts";
import { seed } from "./support/sample.ts";

interface Value {
  readonly weight: number;
}

const weightOf = ({ weight }: Value): number => weight;
const sumOf = (values: Iterable<Value>): number => [...values].reduce((sum, v) => sum + v.weight, 0);

describe("tables", () => {
  it(`say what maps say, each as it was when it was made (seed ${seed})`, () => {
    const random = randomFrom(seed);
    const versions: { table: Table<Value>; map: ReadonlyMap<string, Value> }[] = [{ table: Table.of([], weightOf), map: new Map() }];
    for (let i = 0; i < 400; i++) {
      const from = versions[random() < 0.8 ? versions.length - 1 : Math.floor(random() * versions.length)] ?? assert.fail();
      const map = new Map(from.map);
      const changes = Array.from({ length: 1 + Math.floor(random() * (random() < 0.1 ? 60 : 4)) }, (): [string, Value | undefined] => [
        `n${Math.floor(random() * 300)}`,
        random() < 0.3 ? undefined : { weight: Math.floor(random() * 9) },
      ]);
      for (const [name, value] of new Map(changes)) {
        if (value) map.set(name, value);
        else map.delete(name);
      }
      versions.push({ table: from.table.withAll([...new Map(changes)]), map });
    }
    for (const { table, map } of versions) {
      const { table: other, map: otherMap } = versions[Math.floor(random() * versions.length)] ?? assert.fail();
      assert.equal(table.size, map.size);
      assert.equal(table.weight, sumOf(map.values()));
      assert.deepEqual(new Map(table), map);
      for (const [name, value] of map) assert.equal(table.get(name), value);
      const different = [...new Set([...map.keys(), ...otherMap.keys()])].filter((name) => map.get(name) !== otherMap.get(name));
      assert.deepEqual([...table.differences(other)].sort(), different.sort());
    }
  });

  it("keep the order in which names came", () => {
    const names = Array.from({ length: 100 }, (_, i) => `n${(i * 37) % 100}`);
    const table = names.reduce((all, name, weight) => all.with(name, { weight }), Table.of<Value>());
    assert.deepEqual([...table.with("n37", { weight: 1 }).keys()], names);
  });

  it("stay the very same where nothing changes", () => {
    const value = { weight: 1 };
    const table = Table.of([["a", value]]);
    assert.equal(table.with("a", value), table);
    assert.equal(table.with("b", undefined), table);
  });
});
