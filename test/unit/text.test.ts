import assert from "node:assert/strict";
import { applyEdits, editBetween, Lines } from "../../server/src/text.ts";

describe("the smallest edit between two texts", () => {
  const cases: [string, string, string][] = [
    ["a b c", "a x c", "2-3 x"],
    ["ab", "ab", "2-2 "],
    ["aa", "aaa", "2-2 a"],
    ["aaa", "aa", "2-3 "],
    ["", "x", "0-0 x"],
    ["a\r\nb", "a\nb", "1-3 \n"],
    ["a\r\nb", "a\r\n\r\nb", "3-3 \r\n"],
    ["a\rb", "a\r\nb", "1-2 \r\n"],
    ["x\u{1D4B3}", "x\u{1D4B4}", "1-3 \u{1D4B4}"],
    ["\u{1D4B3}x", "\u{103B3}x", "0-2 \u{103B3}"],
  ];
  for (const [before, after, expected] of cases)
    it(JSON.stringify([before, after]), () => {
      const { start, end, text } = editBetween(before, after);
      assert.equal(`${start}-${end} ${text}`, expected);
      assert.equal(applyEdits(before, [{ start, end, text }]), after);
      const lines = new Lines(before);
      assert.deepEqual(lines.span(lines.range({ start, end })), { start, end });
    });
});
