import assert from "node:assert/strict";
import { applyEdits, editBetween, Lines, movedBy } from "../../server/src/text.ts";

describe("a piece of a text that edits move", () => {
  const text = "ab[cd]ef";
  const cases: [string, number, number, string][] = [
    ["before it", 0, 1, "[cd]"],
    ["at its start", 2, 2, "XYZ[cd]"],
    ["across its start", 1, 3, "XYZcd]"],
    ["within", 3, 5, "[XYZ]"],
    ["all of it", 1, 7, "XYZ"],
    ["across its end", 5, 7, "[cdXYZ"],
    ["at its end", 6, 6, "[cd]XYZ"],
    ["behind it", 7, 8, "[cd]"],
  ];
  for (const [where, start, end, expected] of cases)
    it(where, () => {
      const edits = [{ start, end, text: "XYZ" }];
      const now = movedBy({ start: 2, end: 6 }, edits);
      assert.equal(applyEdits(text, edits).slice(now.start, now.end), expected);
    });

  it("is gone with what is removed", () => {
    assert.deepEqual(movedBy({ start: 2, end: 6 }, [{ start: 1, end: 6, text: "" }]), { start: 1, end: 1 });
  });
});

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
