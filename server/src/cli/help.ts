import type { Flag } from "./arguments.ts";
import { type Command, commands } from "./commands.ts";

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("");
};

export const overview = (): string =>
  `The weight of every line of a Dockerfile, without building it.

Usage: ballast COMMAND ...

${columns(Object.entries(commands).map(([name, command]) => [name, command.summary]))}
ballast help COMMAND says more; ballast --version prints the version.
Exit codes: 0 nothing to report, 1 findings (check --fail-on LEVEL: from which level on) or too much growth, 2 bad usage or a file that could not be read.
`;

export const helpFor = (name: string, command: Command): string =>
  [
    `${command.summary}\n\nUsage: ballast ${name} ${command.operands} [FLAGS]\n`,
    command.details ? `\n${command.details}\n` : "",
    `\n${columns(Object.entries({ ...command.flags, help: { help: "show this help" } }).map(row))}`,
  ].join("");

const row = ([name, flag]: readonly [string, Flag]): [string, string] => [`--${name}${flag.value ? ` ${flag.value}` : ""}`, flag.help];
