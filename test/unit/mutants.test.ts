import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mutants } from "../mutants/mutants.mjs";

describe("mutants", () => {
  it("have each a text that stands once in the source (npm run test:mutants tries them)", () => {
    const stale = mutants.filter(({ file, find }) => readFileSync(`server/src/${file}`, "utf8").split(find).length !== 2);
    assert.deepEqual(
      stale.map((m) => m.name),
      [],
    );
  });
});
