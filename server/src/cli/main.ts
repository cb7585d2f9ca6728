import { version } from "../../../package.json";
import { Unreadable } from "../lsp/disk/read.ts";
import { nearest } from "../topics/nearest.ts";
import { readArguments } from "./arguments.ts";
import { type Command, commands } from "./commands.ts";
import { helpFor, overview } from "./help.ts";
import { complain, type ExitCode, endQuietlyWithReader, UsageError, write } from "./output.ts";

async function main([first, ...rest]: readonly string[]): Promise<ExitCode> {
  if (first === undefined) {
    process.stderr.write(overview());
    return 2;
  }
  if (first === "--version" || first === "-v" || first === "-V") {
    await write(`${version}\n`);
    return 0;
  }
  if (first === "--help" || first === "-h" || first === "help") {
    await write(rest[0] === undefined ? overview() : helpFor(rest[0], commandNamed(rest[0])));
    return 0;
  }
  const command = commandNamed(first);
  const args = readArguments(rest, command.flags);
  if (args.has("help")) {
    await write(helpFor(first, command));
    return 0;
  }
  return (await command.load()).run(args);
}

function commandNamed(name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return command;
  const near = nearest(name, Object.keys(commands));
  throw new UsageError(
    `unknown ${name.startsWith("-") ? "flag" : "command"} ${name}${near ? `; did you mean ${near}?` : ""} (see ballast --help)`,
  );
}

endQuietlyWithReader();
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = 2;
    if (error instanceof UsageError || error instanceof Unreadable) complain(error.message);
    else complain(`an error of its own, please report it: ${error instanceof Error ? error.stack : String(error)}`);
  },
);
