import { isOwn, type Subject, shippedSteps } from "../build/subject.ts";
import { isUnread, type Place, useOf } from "../build/uses.ts";
import { carries } from "../commands/kinds.ts";
import { copyWords, isCopy } from "../dockerfile/instruction.ts";
import { insertAfter, removeInstruction, withoutCommand } from "../edits/chain.ts";
import { contentAt } from "../image/files.ts";
import { isLittle } from "../image/little.ts";
import type { Change, Step } from "../image/model.ts";
import { absolute, basename, dirname, isWithin } from "../image/paths.ts";
import { isFile, isThereAlready } from "../queries/copied.ts";
import { lineNumber, wordsOf } from "../queries/places.ts";
import { usedBetween } from "../queries/used.ts";
import { quoted } from "../shell/words.ts";
import type { Edit } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Draft, Rule } from "./rule.ts";

export const overwrittenLater: Rule = {
  id: "overwritten-later",
  summary: "Files are overwritten by a later layer",
  why:
    "A layer keeps what it holds. A file that a later `COPY` or `RUN` overwrites is in the image twice: once as it is seen, and once below, where nobody can reach it. Write it once, as it shall be. " +
    "A manifest that is copied first for the build cache's sake, and once more with the rest, is small enough to be left alone.",
  about: "bytes",
  example: {
    before: "FROM nginx:1.29\nCOPY site/full.tar.js /usr/share/nginx/html/app.js\nCOPY dist/app.js /usr/share/nginx/html/app.js\n",
    after: "FROM nginx:1.29\nCOPY dist/app.js /usr/share/nginx/html/app.js\n",
    context: { "site/full.tar.js": 3_000_000, "dist/app.js": 1_000_000 },
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      // What is written twice and has no known size is a line or a setting, as often as not; but for downloads.
      const changes = step.changes.filter(
        (c) =>
          c.how === "overwritten" &&
          !c.entry.maybe &&
          (c.entry.size.basis !== "unknown" || c.entry.kind === "download") &&
          !isLittle(c) &&
          !["base", "metadata", "lists"].includes(c.entry.kind),
      );
      if (changes.length === 0 || isThereAlready(subject, step)) continue;
      for (const layer of new Set(changes.map((c) => c.entry.layer))) {
        const writer = subject.steps[layer];
        // Of two neighbours another rule says that they are better one.
        const apart = writer?.instruction.keyword !== "RUN" || step.instruction.keyword !== "RUN" || writer.index < step.index - 1;
        if (!writer || !apart || !subject.image.ships.has(writer.stage) || !isOwn(subject, writer)) continue;
        const own = changes.filter(
          (c) =>
            c.entry.layer === layer &&
            isWritten(writer, c.path) &&
            ![writer, step].some((s) => mayBeInFolder(s, c.path) || copiesInto(s, c.path)) &&
            [writer, step].every((s) => !isCopy(s.instruction) || isFile(s, c.path)),
        );
        // Of the step that overwrites them, the commands in front of it.
        const until = step.ran.find((r) => r.changes.some((c) => own.some((o) => o.path === c.path)));
        // It makes anew what is on a list that the command before may have written (locale-gen(8)).
        if (until?.name === "dpkg-reconfigure") continue;
        const used = usesIt(writer, own) || usedBetween(subject, writer, step, until, own.map(placeOf)) !== "no";
        const counted = used ? own.filter((c) => c.entry.size.bytes >= big) : own;
        if (counted.length > 0) yield finding(subject, writer, step, counted, used);
      }
    }
  },
};

/** A command of the RUN that wrote them, behind the one that did. */
const usesIt = ({ ran }: Step, changes: readonly Change[]): boolean =>
  changes.some((change) => {
    const at = ran.findIndex((r) => r.changes.some((c) => c.how === "written" && c.path === change.path));
    return at >= 0 && ran.slice(at + 1).some((r) => useOf(r, placeOf(change)) !== "no");
  });

/** In bytes. Files that are needed in between are said only when they weigh more than any manifest. */
const big = 10_000_000;

/** Not only stored again, with another mode or owner: of that another rule speaks. */
const isWritten = (step: Step, path: string): boolean =>
  isCopy(step.instruction) || step.changes.some((c) => c.how === "written" && c.path === path);

/** `ADD conf/site.xml $HOME/conf`: where an archive brought the folder it is copied into that. */
function mayBeInFolder({ instruction, before }: Step, path: string): boolean {
  const loses = isCopy(instruction) && !/\.\w+$/.test(path) && copyWords(instruction).some((w) => /\.\w+$/.test(w.text));
  if (!loses) return false;
  for (let above = dirname(path); above !== "/"; above = dirname(above)) {
    if (contentAt(before.root, above).size > 0) return true;
  }
  return false;
}

/** `cp app /usr/local/bin`: that is a folder wherever there is one. */
const copiesInto = ({ ran }: Step, path: string): boolean =>
  !/\.\w+$/.test(path) &&
  ran.some(({ name, args, cwd, changes }) => {
    const [source, target] = args.slice(-2).map((a) => a.text);
    const isCopied = carries(name) && changes.some((c) => c.path === path);
    return (
      isCopied && source !== undefined && target !== undefined && absolute(target, cwd) === path && basename(source) !== basename(path)
    );
  });

const placeOf = ({ path }: Change): Place => ({ path, folder: false });

function finding(subject: Subject, writer: Step, step: Step, changes: readonly Change[], used: boolean): Draft {
  const { file } = subject;
  const paths = new Set(changes.map((c) => c.path));
  const edits = used ? undefined : without(subject, writer, paths);
  const names = listed([...paths].map(basename));
  const ran = writer.ran.find((r) => r.changes.some((c) => paths.has(c.path)));
  const [source] = copyWords(writer.instruction);
  const span = ran
    ? wordsOf(file, ran, writer)
    : isCopy(writer.instruction) && source
      ? { start: source.start, end: source.end }
      : writer.instruction.keywordSpan;
  const later = `Line ${lineNumber(file, step)} overwrites ${names}`;
  const advice = edits ? "Nothing reads it in between" : isCopy(writer.instruction) ? "COPY --exclude leaves it out" : "Write it only once";
  return {
    span,
    message: (saving) => `${later}: this layer keeps ${formatSaving(saving)} for nobody. ${advice}.`,
    fixes: edits ? [{ title: `Do not bring ${names} here`, safety: "review", edits }] : [],
    ...(!edits && { instead: loss(subject, writer, paths) }),
  };
}

/** The COPY, or the command, that does nothing else, taken out. */
function without({ file }: Subject, writer: Step, paths: ReadonlySet<string>): Edit[] | undefined {
  const isAll = (changes: readonly Change[]): boolean => changes.every((c) => c.how !== "written" || paths.has(c.path));
  if (isCopy(writer.instruction)) return isAll(writer.changes) ? [removeInstruction(file, writer)] : undefined;
  const ran = writer.ran.find((r) => r.changes.some((c) => paths.has(c.path)));
  if (!ran || ran.maybe || isUnread(ran) || !isAll(ran.changes) || paths.size > 1) return undefined;
  const edit = withoutCommand(file, writer, ran.command);
  return edit && [edit];
}

/** To see what it weighs: a COPY without it, or its removal at the end of the RUN. */
function loss({ file }: Subject, writer: Step, paths: ReadonlySet<string>): Edit[] {
  const { instruction, script } = writer;
  const end = script?.body.items.at(-1);
  if (!isCopy(writer.instruction))
    return end ? [insertAfter(file, writer, end, `rm -f ${[...paths].map(quoted).join(" ")}`) ?? []].flat() : [];
  const to = absolute(copyWords(instruction).at(-1)?.text ?? "", writer.before.cwd);
  const left = [...paths].map((p) => (isWithin(p, to) && p !== to ? p.slice(to === "/" ? 1 : to.length + 1) : basename(p)));
  const at = instruction.keywordSpan.end;
  return left.some((p) => /[\s$*?[\\]/.test(p)) ? [] : [{ start: at, end: at, text: left.map((p) => ` --exclude=${p}`).join("") }];
}
