import type { FileJSON } from "../../protocol.ts";
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

type Checked = FileJSON & { fixed?: { fixes: number; created: readonly string[] } };

/** The object of one file, and what `--fix` did to it before. */
export function fileJSON(looked: Looked): Checked {
  const { fixed } = looked;
  return {
    ...looked.analysis.toJSON(looked.input.name),
    ...(fixed && { fixed: { fixes: fixed.fixes, created: fixed.created } }),
  };
}
