import { allFixtures } from "./fixtures.ts";
import { placesIn } from "./sample.ts";
import { everything } from "./world.ts";

/** How many test files share the fixtures: mocha runs files side by side. */
const parts = 2;

/** The test of one part of all fixtures. In CI every prefix of each: minutes. */
export function standPrefixes(part: number): void {
  describe(`prefixes of fixtures, part ${part + 1} of ${parts}`, () => {
    it("never throw", function () {
      this.timeout(1_200_000);
      for (const { name, text, world } of allFixtures().filter((_, i) => i % parts === part)) {
        for (const end of placesIn(text.length, 800, 1)) {
          try {
            everything(text.slice(0, end), world);
          } catch (error) {
            throw new Error(`${name}, first ${end} characters`, { cause: error });
          }
        }
      }
    });
  });
}
