import type { FileJSON, Safety } from "../../protocol.ts";
import { type Failure, type Fixed, fromHere, type Looked } from "../inputs.ts";
import { write } from "../output.ts";
import type { Reporter } from "./reporter.ts";

/** One object, written as it comes: a file a line. */
export function jsonReporter(): Reporter {
  const failures: Failure[] = [];
  let separator = "\n";
  return {
    begin: () => write('{"version":1,"files":['),
    async file(looked) {
      await write(separator + JSON.stringify(fileJSON(looked)));
      separator = ",\n";
    },
    failure: async (failure) => void failures.push(failure),
    end: () => write(`],\n"errors":${JSON.stringify(failures)}}\n`),
  };
}

/** `guessed`: nobody named the folder, and another one may be meant. */
type Checked = FileJSON & { context?: { folder: string; guessed: boolean }; fixed?: FixedJSON };

interface FixedJSON {
  fixes: number;
  created: readonly string[];
  applied: readonly { rule: string; title: string; safety: Safety }[];
}

/** The object of one file, and what `--fix` did to it before. */
export function fileJSON(looked: Looked): Checked {
  const { fixed, contextFolder, world } = looked;
  return {
    ...looked.analysis.toJSON(looked.input.name),
    ...(contextFolder !== undefined && { context: { folder: fromHere(contextFolder), guessed: world.context?.guess !== undefined } }),
    ...(fixed && { fixed: fixedJSON(fixed) }),
  };
}

const fixedJSON = ({ applied, created }: Fixed): FixedJSON => ({
  fixes: applied.length,
  created,
  applied: applied.map(({ rule, fix: { title, safety } }) => ({ rule: rule.id, title, safety })),
});
