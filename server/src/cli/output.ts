import { once } from "node:events";

/** A mistake in what the user typed: told on standard error, exit code 2. */
export class UsageError extends Error {}

/** 0: nothing to report; 1: findings; 2: bad usage, or something that could not be read. */
export type ExitCode = 0 | 1 | 2;

export const worse = (a: ExitCode, b: ExitCode): ExitCode => (a > b ? a : b);

/** To standard output, no faster than it is read. */
export async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

export const complain = (text: string): void => void process.stderr.write(`ballast: ${text}\n`);

/** What a shell says of a program that a closed pipe has ended: 128 and SIGPIPE's number. */
const readerGone = 141;

/**
 * Whoever reads our output may stop early (`| head`): no reason to complain. But what is lost may have been findings: with `pipefail` that
 * must not look as if there were none.
 */
export function endQuietlyWithReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(readerGone);
      // A full disk, say.
      if (stream === process.stdout) complain(`the output cannot be written: ${error.message}`);
      process.exit(2);
    });
}
