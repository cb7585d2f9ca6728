import { knowsFolder } from "../build/holds.ts";
import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { isOfDependencies } from "../commands/cargo.ts";
import { cleanedIn, installedFrom } from "../commands/compilers.ts";
import { carries } from "../commands/kinds.ts";
import { copySources } from "../dockerfile/instruction.ts";
import { privilegeOf, removeBehind } from "../edits/removal.ts";
import { contentAt, type Entry, entriesOf, find } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { absolute, basename, dirname, isWithin } from "../image/paths.ts";
import { namedByOthers } from "../queries/named.ts";
import { wordsOf } from "../queries/places.ts";
import { startedByImage } from "../queries/started.ts";
import { usedByLaterSteps } from "../queries/used.ts";
import { isOfWindows } from "../queries/windows.ts";
import { quoted } from "../shell/words.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, Rule } from "./rule.ts";

export const sourcesKept: Rule = {
  id: "sources-kept",
  summary: "Sources, or what was built of them, stay in the image after the install",
  why:
    "What is unpacked or cloned to be built lies there with all that the compiler made of it, once `make install` has copied what is needed elsewhere: often ten times the program. " +
    "Cargo's folder `target` is such a one: a hundred megabytes beside a program of five, once that is copied out of it or installed. " +
    "Fetch, build, install and remove it in one `RUN`, or build in a stage of its own and copy what was installed.",
  about: "bytes",
  example: {
    before:
      'FROM debian:bookworm\nRUN mkdir -p /usr/src/tool && curl -sL http://example.org/tool.tar.gz | tar -xzC /usr/src/tool --strip-components=1 && make -C /usr/src/tool install\nCMD ["tool"]\n',
    after:
      'FROM debian:bookworm\nRUN mkdir -p /usr/src/tool && curl -sL http://example.org/tool.tar.gz | tar -xzC /usr/src/tool --strip-components=1 && make -C /usr/src/tool install && rm -rf /usr/src/tool\nCMD ["tool"]\n',
  },
  *check(subject) {
    const told = new Set<string>();
    for (const step of shippedSteps(subject)) {
      for (const ran of step.ran) {
        const kept = ran.maybe || isOfWindows(step.before) ? undefined : keptBehind(subject, step, ran);
        if (!kept || told.has(kept.path) || !isOwn(subject, step) || isNeeded(subject, step, kept.path)) continue;
        // What mktemp has named a script removes by a variable.
        if (kept.path.includes("$(")) continue;
        if (isTidied(step, ran, kept.path) || installsInto(subject, step, ran, kept.path)) continue;
        told.add(kept.path);
        yield finding(subject, step, ran, kept);
      }
    }
  },
};

interface Kept {
  readonly path: string;
  readonly entry: Entry;
}

/** Folders of all sorts of things: nobody removes them whole. */
const shared = new Set([
  "/",
  "/tmp",
  "/opt",
  "/root",
  "/home",
  "/srv",
  "/usr",
  "/usr/src",
  "/usr/local",
  "/usr/local/src",
  "/var",
  "/var/tmp",
  "/app",
]);

/** Behind the install some of it is removed, or more is put there: then what stays is meant to. */
const isTidied = ({ ran: rans }: Step, ran: Ran, path: string): boolean =>
  rans.slice(rans.indexOf(ran) + 1).some((r) => {
    const isRemoval = r.name === "rm" && r.args.some((a) => absolute(a.text, r.cwd) !== path && isWithin(absolute(a.text, r.cwd), path));
    return isRemoval || r.changes.some((c) => c.how === "written" && isSource(c.entry) && c.path !== path && isWithin(c.path, path));
  });

/** What is installed lies among its sources: the prefix that one of the commands names is in their folder. */
function installsInto({ steps }: Subject, step: Step, ran: Ran, path: string): boolean {
  const earlier = steps.filter((s) => s.index < step.index && s.stage === step.stage).flatMap((s) => s.ran);
  return [...earlier, ...step.ran.slice(0, step.ran.indexOf(ran) + 1)].some((r) => {
    const words = [...r.args.map((a) => a.text), ...(r.command?.assignments ?? []).map((a) => `${a.name}=${a.value?.raw ?? ""}`)];
    return words.some((word, i) => {
      const named = prefix.exec(word)?.[1] ?? (/^--(?:prefix|install-?dir)$/.test(word) ? words[i + 1] : undefined);
      const place = named?.replace(/["']/g, "").replace(/^(?:`pwd`|\$\(pwd\)|\$PWD\b|\$\{PWD\})/, r.cwd);
      return place !== undefined && place !== "" && !place.startsWith("$") && isWithin(absolute(place, r.cwd), path);
    });
  });
}

/** Autotools and meson, cmake, make: where what is built is installed, or put on the way. */
const prefix =
  /^(?:--(?:prefix|install-?dir)|(?:-D)?(?:CMAKE_INSTALL_)?PREFIX|-Dprefix|DESTDIR|INSTALL_?(?:DIR|PREFIX|ROOT)|prefix)(?::\w+)?=(.+)$/;

/** What a command that installs something leaves behind: the sources, or of a program that cargo built the folder it was built in. */
function keptBehind(subject: Subject, step: Step, ran: Ran): Kept | undefined {
  const from = installedFrom(ran);
  if (from !== undefined) return isProjectItself(subject, ran) ? undefined : filledAt(subject, step, from, isSource);
  const built = ran.changes.find((c) => c.how === "written" && isOfDependencies(c.entry));
  if (built) return ran.args.some((a) => a.text === "install") ? filledAt(subject, step, built.path, isOfDependencies) : undefined;
  if (!carries(ran.name)) return undefined;
  const [source, more] = ran.args.filter((a) => !a.text.startsWith("-")).slice(0, -1);
  return source && !more ? filledAt(subject, step, dirname(absolute(source.text, ran.cwd)), isOfDependencies) : undefined;
}

/** Nothing was built, and nothing is started: what `make install` installs is what the project needs, and the folder is the project. */
function isProjectItself(subject: Subject, ran: Ran): boolean {
  if (startedByImage(subject).length > 0 || !/^g?make$/.test(ran.name)) return false;
  const before = subject.steps.flatMap((s) => s.ran);
  return !before.slice(0, before.indexOf(ran)).some((r) => buildsOnly.test(r.name) && r !== ran);
}

const buildsOnly =
  /(?:^|\/)(?:configure|config|Configure|autogen\.sh|bootstrap(?:\.sh)?|buildconf|autoreconf|cmake|meson|g?make|qmake|perl)$/;

const isSource = (entry: Entry): boolean => entry.kind === "source";

/** The folder at or above that was filled with such content, where it lies in the finished image as it was here. */
function filledAt({ image }: Subject, step: Step, from: string, isIt: (entry: Entry) => boolean): Kept | undefined {
  const end = image.stages[image.target]?.end.root;
  for (let at = from; end && !shared.has(at); at = dirname(at)) {
    const entry = [...contentAt(step.after.root, at)].find((e) => isIt(e) && !e.maybe);
    const node = find(end, at, true);
    if (entry && node && entriesOf(node, at).some((e) => e.entry.id === entry.id && e.entry.layer === entry.layer))
      return { path: at, entry };
  }
  return undefined;
}

/** Something links to it, looks for it by its path, starts there, or uses it later. */
function isNeeded(subject: Subject, step: Step, path: string): boolean {
  const end = subject.image.stages[subject.image.target]?.end ?? step.after;
  const links = subject.steps.some((s) => s.ran.some((r) => r.name === "ln" && r.args.some((a) => isWithin(a.text, path))));
  const isSet = [...end.env].some(([, value]) => value.text.split(":").some((part) => isWithin(part, path)));
  const started = [end.cmd, end.entrypoint].flatMap((form) => form?.exec ?? form?.text.split(/[\s"';&|()]+/) ?? []);
  const isStarted = started.some((word) => word.includes(path) || isWithin(absolute(word, end.cwd), path));
  // docker-php-ext-install, and who stands on the image to use it, builds extensions from there (docker-library/php).
  const isOfPhp =
    path === "/usr/src/php" &&
    subject.steps.some((s) => copySources(s.instruction).some((a) => basename(a.text).startsWith("docker-php-")));
  return (
    isOfPhp ||
    links ||
    isSet ||
    isWithin(end.cwd, path) ||
    isStarted ||
    namedByOthers(subject, path) ||
    usedByLaterSteps(subject, step, { path, folder: true }) !== "no"
  );
}

function finding({ file, steps }: Subject, step: Step, ran: Ran, { path, entry }: Kept): Draft {
  const removal = [...privilegeOf(ran), "rm", "-rf", quoted(path)].join(" ");
  const behind = (one: Step | undefined) => {
    const last = one?.script?.body.items.at(-1);
    return one && last ? removeBehind(file, one, last, removal, [path]) : undefined;
  };
  const inOne = entry.layer === step.index ? behind(step) : undefined;
  const lost = inOne ? undefined : behind(steps[entry.layer]);
  // On a base that nobody knows a relative path starts nobody knows where.
  const saysPlace = step.ran.slice(0, step.ran.indexOf(ran) + 1).some((r) => r.args.some((a) => a.text !== "/" && isWithin(path, a.text)));
  const isPlaced = !path.includes("$") && (knowsFolder(step) || saysPlace);
  const name = isPlaced ? path : basename(path);
  const isCleaned = step.ran.slice(step.ran.indexOf(ran)).some((r) => isWithin(cleanedIn(r) ?? "/", path));
  const holds = isOfDependencies(entry)
    ? "all that cargo made on the way to what is installed here"
    : `the sources of what is installed here${isCleaned ? "" : ", and what was built of them"}`;
  return {
    span: wordsOf(file, ran, step),
    message: (saving) =>
      `${name} still holds ${holds}: ${formatSaving(saving)}. ${inOne ? "Remove it at the end of this RUN" : "Fetch, build, install and remove it in one RUN"}.`,
    fixes: inOne && isPlaced ? [{ title: `Remove ${path} at the end of this RUN`, safety: "review", edits: [inOne] }] : [],
    ...(lost ? { instead: [lost] } : inOne && !isPlaced && { instead: [inOne] }),
  };
}
