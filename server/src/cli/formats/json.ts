import type { FileJSON } from "../../protocol.ts";
import { overBudget } from "../budget.ts";
import type { Failure, Looked } from "../inputs.ts";
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

/** The object of one file, and whether it keeps to its budget. */
export function fileJSON(looked: Looked): FileJSON & { budget?: { bytes: number; over: boolean } } {
  const { budget } = looked.wishes;
  const file = looked.analysis.toJSON(looked.input.name);
  return budget === undefined ? file : { ...file, budget: { bytes: budget, over: overBudget(looked) !== undefined } };
}
