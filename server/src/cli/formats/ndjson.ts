import { write } from "../output.ts";
import { fileJSON } from "./json.ts";
import type { Reporter } from "./reporter.ts";

/** A line for each file, or for the reason that there is none. */
export const ndjsonReporter = (): Reporter => ({
  begin: async () => {},
  file: (looked) => write(`${JSON.stringify(fileJSON(looked))}\n`),
  failure: ({ file, message }) => write(`${JSON.stringify({ file, error: message })}\n`),
  end: async () => {},
});
