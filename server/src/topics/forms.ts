/** Texts about the shell and the exec form, for hovers. Source: Docker's reference, "Shell and exec form". */
export const execForm =
  "**Exec form**: the program is started as it stands, without a shell. Nothing expands variables, wildcards, pipes or `&&`.";

export const shellFormOf = (shell: readonly string[]): string => `**Shell form**: \`${shell.join(" ")}\` gets the whole line and runs it.`;

export const firstProcess = "The program is process 1: it gets the stop signal itself.";
export const shellIsFirst = "The shell is process 1 and does not hand on the stop signal: `docker stop` waits ten seconds, then kills.";
