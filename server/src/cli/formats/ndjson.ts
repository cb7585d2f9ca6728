import { write } from "../output.ts";
import type { Reporter } from "./reporter.ts";

/** A line for each file, or for the reason that there is none. */
export const ndjsonReporter = (): Reporter => ({
  begin: async () => {},
  file: ({ analysis, input }) => write(`${JSON.stringify(analysis.toJSON(input.name))}\n`),
  failure: ({ file, message }) => write(`${JSON.stringify({ file, error: message })}\n`),
  end: async () => {},
});
