import type { Subject } from "../build/subject.ts";
import { isShellScript, isWrapper } from "../build/wrappers.ts";
import { contextText, find } from "../image/files.ts";
import type { Form, State } from "../image/model.ts";
import { basename } from "../image/paths.ts";
import { fileOf } from "./program.ts";
import type { Words } from "./start-text.ts";
import { startedBy } from "./started.ts";

// Who gets the words of a CMD in shell form, which are `/bin/sh -c …`, and what the script is that is started.

/**
 * What becomes of them beside an ENTRYPOINT in exec form, or the base's own. An init starts them, and so does a script with "$@"; another program
 * that the file names by its path, or a script without, looks at them; what any other does is its own affair. AWS Lambda's takes the name of a function
 * (docs.aws.amazon.com/lambda, "Create a Lambda function using a container image").
 */
export function useOfCmd(subject: Subject, end: State): "started" | "looked at" | "its own affair" {
  const { entrypoint, base } = end;
  const program = entrypoint?.exec?.[0];
  if (!entrypoint?.instruction && /(?:^|[/-])lambda[/-]/.test(base?.name ?? "")) return "its own affair";
  if (entrypoint === undefined || program === undefined) return "started";
  if (/^[\w-]+$/.test(program) && !/entrypoint/.test(program) && !isStarter(program)) return "its own affair";
  if (!entrypoint.instruction) return "started";
  const script = scriptStarted(subject, entrypoint, end);
  const starts = script ? /\$[@*]|\$\{[@*]\}/.test(script.text) : isStarter(basename(program));
  return starts ? "started" : "looked at";
}

const isStarter = (name: string): boolean => isWrapper(name) || /init$|^(?:tini|tini-static|catatonit|\w*sh)$/.test(name);

/** The last that is started, where it is a script whose text is known. */
export function scriptStarted({ world }: Subject, { instruction }: Form, end: State): { path: string; text: string } | undefined {
  const started = instruction ? startedBy(instruction, end).at(-1) : undefined;
  const file = started && fileOf(end, started);
  const node = file && find(end.root, file.path, true);
  const text = file && (contextText(end.root, file.path, world.context) ?? (node?.type === "file" ? node.entry.text : undefined));
  return file && text !== undefined && text !== "" && isShellScript(text) ? { path: file.path, text } : undefined;
}

/**
 * The base's own ENTRYPOINT, where it makes ready what a server needs only if that is its first word, which in shell form is the shell
 * (`if [ "$1" = nginx ]`; nginx/docker-nginx and docker-library's own, docker-entrypoint.sh).
 */
export function preparedBy({ entrypoint, base }: State, [first = ""]: Words): string | undefined {
  const program = entrypoint?.instruction ? undefined : entrypoint?.exec?.[0];
  return program?.endsWith("docker-entrypoint.sh") && base?.cmd?.[0] === first && lookedFor.has(first) ? program : undefined;
}

const lookedFor = new Set(["nginx", "postgres", "mysqld", "mariadbd", "mongod", "redis-server", "valkey-server", "rabbitmq-server"]);
