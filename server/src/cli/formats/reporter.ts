import type { Failure, Looked } from "../inputs.ts";

/** Prints what `check` finds, file by file. Failures are told on standard error as well, by `check` itself. */
export interface Reporter {
  begin(): Promise<void>;
  file(looked: Looked): Promise<void>;
  failure(failure: Failure): Promise<void>;
  end(): Promise<void>;
}
