import type { Subject } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { aptCall, usesLists } from "../commands/apt-call.ts";
import { isInterpreter } from "../commands/build-only.ts";
import { runsScript } from "../commands/builders.ts";
import { options } from "../commands/call.ts";
import { isApt, isShell } from "../commands/kinds.ts";
import { contextText, find, type Node, unfold } from "../image/files.ts";
import type { Ran } from "../image/model.ts";
import { absolute, basename, dirname, hasGlob, join, matches } from "../image/paths.ts";
import { startedThrough } from "./started-through.ts";

// Commands that the model does not follow, and that may install Debian packages: from the lists that are there.

/** A text that is run, and brings no lists of its own. */
export const installsFromLists = (text: string): boolean =>
  /\b(?:apt|apt-get|aptitude|apt-fast|nala)["',\s]+(?:-\S+\s+)*(?:install|reinstall|build-dep|satisfy|(?:dist-|full-|safe-)?upgrade)\b/.test(
    text,
  ) && !/\bupdate\b/.test(text);

/** Whether what CMD or ENTRYPOINT says by itself is such a text. */
export function startIsTold({ image }: Subject): boolean {
  const { cmd, entrypoint } = image.stages[image.target]?.end ?? {};
  return [cmd?.text ?? "", entrypoint?.text ?? ""].some(installsFromLists);
}

/** Whether the scripts that a container starts with install from the lists of the image: their first command that uses any updates none. */
export function startInstallsFromLists(subject: Subject): boolean {
  if (startIsTold(subject)) return false;
  const calls = startedThrough(subject).flatMap(({ name, args }) => {
    // sudo and its like stand before it.
    const words = [name, ...args.map((a) => a.text)];
    const at = words.findIndex(isApt);
    return at < 0 ? [] : [aptCall({ name: words[at] ?? "", args: args.slice(at) })];
  });
  const first = calls.find(usesLists);
  return first !== undefined && !first.fetchesLists;
}

/** They install by what their files say; Ansible's apt updates only where it is told to. */
const managers = /^(?:ansible(?:-playbook|-pull)?|puppet|chef-(?:client|solo|apply)|salt-call|itamae|bolt)$/;
/** To these a command line is just words. */
const takesWords = /^(?:echo|printf|export|set|unset|env|alias|:|true|cat|tee|grep|sed|awk|rm|touch|mkdir|git|test|\[)$/;
/** What these files do when they are told a verb has nothing to do with the system's packages. */
const conventional = /(?:^|\/)(?:setup|manage)\.py$/;

/** A script whose name says that it brings what is needed. */
export const isNamedInstaller = (ran: Ran): boolean =>
  isUnread(ran) &&
  [ran.name, ran.args[0]?.text ?? ""].some((text) =>
    /(?:install|setup|provision|bootstrap|prereq|dep(?:endencie)?s)[\w-]*\.sh$/.test(text),
  );

export function mayInstall(subject: Subject, ran: Ran): boolean {
  const { name, args } = ran;
  if (isApt(name) || takesWords.test(name)) return false;
  if (managers.test(name) || installsFromLists([name, ...args.map((a) => a.text)].join(" "))) return true;
  if (/^(?:make|gmake|just)$/.test(name)) return makefilesOf(ran).some((path) => bringsInstall(subject, ran, path));
  const [first, verb] = options(args).operands;
  if (isInterpreter(name) && name !== "java")
    return first !== undefined && !(verb && conventional.test(first.text)) && bringsInstall(subject, ran, absolute(first.text, ran.cwd));
  if (!isUnread(ran)) return false;
  if (isNamedInstaller(ran)) return true;
  // `curl … | sh`
  if (isShell(name) && args.every((a) => a.text.startsWith("-"))) return true;
  const script = isShell(name) ? first?.text : name.includes("/") ? name : undefined;
  return script !== undefined && (runsScript(ran) || name.startsWith("/")) && bringsInstall(subject, ran, absolute(script, ran.cwd));
}

/** Where make and just look for what they are to do. */
function makefilesOf({ args, cwd, name }: Ran): string[] {
  const o = options(args, "C f I j o W l --directory --file --makefile --justfile");
  const folder = absolute(o.value("-C", "--directory") ?? ".", cwd);
  const file = o.value("-f", "--file", "--makefile", "--justfile");
  const names = file !== undefined ? [file] : name === "just" ? ["justfile", "Justfile"] : ["GNUmakefile", "makefile", "Makefile"];
  return names.map((n) => absolute(n, folder));
}

/** Whether a file was brought here to do what nobody can read, or what is an install. What an archive brought builds, and no more. */
function bringsInstall(subject: Subject, ran: Ran, path: string): boolean {
  const { root } = ran.before;
  const node = find(root, path, true);
  if (node?.type === "file") {
    const text = node.entry.text ?? contextText(root, path, subject.world.context);
    return text === undefined ? ["context", "download"].includes(node.entry.kind) : installsFromLists(text);
  }
  const open = basename(path).replace(/\$\{?\w+\}?/g, "*");
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const above = find(root, folder, true);
    if (above?.type === "folder") {
      const { children, content } = unfold(above);
      const isOne = ([name, child]: readonly [string, Node]): boolean =>
        child.type === "file" && matches(open, name) && bringsInstall(subject, ran, join(folder, name));
      // A COPY of a folder that nobody could look into; or any of its files.
      return (
        [...content].some((entry) => entry.kind === "context") || (folder === dirname(path) && hasGlob(open) && [...children].some(isOne))
      );
    }
    if (folder === "/") return false;
  }
}
