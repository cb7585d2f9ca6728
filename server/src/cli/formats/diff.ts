import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { fromHere, mend } from "../fix.ts";
import { complain, write } from "../output.ts";
import type { Reporter } from "./reporter.ts";

/** What the fixes would change, as a unified diff for `patch -p0`. */
export const diffReporter = (unsafe: boolean): Reporter => ({
  begin: async () => {},
  async file(looked) {
    const { input, analysis } = looked;
    const before = analysis.lines.text;
    const { text, creates } = mend(looked, unsafe);
    if (text !== before) await write(patch(input.name, input.name, before, text));
    else if (creates.length === 0 && analysis.findings.length > 0)
      complain(`${input.name}: ${unsafe ? "no fix" : "no safe fix"} for what was found`);
    for (const { path, text: now, replaces } of creates)
      await write(patch(replaces === undefined ? "/dev/null" : fromHere(path), fromHere(path), replaces ?? "", now));
  },
  failure: async () => {},
  end: async () => {},
});

const patch = (from: string, to: string, before: string, after: string): string =>
  createTwoFilesPatch(from, to, before, after, undefined, undefined, { headerOptions: FILE_HEADERS_ONLY });
