import type { Failure } from "../inputs.ts";
import { write } from "../output.ts";
import type { Reporter } from "./reporter.ts";

/** One object, written as it comes: a file a line. */
export function jsonReporter(): Reporter {
  const failures: Failure[] = [];
  let separator = "\n";
  return {
    begin: () => write('{"version":1,"files":['),
    async file({ analysis, input }) {
      await write(separator + JSON.stringify(analysis.toJSON(input.name)));
      separator = ",\n";
    },
    failure: async (failure) => void failures.push(failure),
    end: () => write(`],\n"errors":${JSON.stringify(failures)}}\n`),
  };
}
