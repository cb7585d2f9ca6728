import type { Saving } from "../build/difference.ts";
import { type Subject, shippedSteps } from "../build/subject.ts";
import { recommendsId } from "../commands/apt.ts";
import { aptCall, packageName } from "../commands/apt-call.ts";
import type { Argument } from "../dockerfile/instruction.ts";
import type { Entry } from "../image/files.ts";
import type { Ran, Step } from "../image/model.ts";
import { fetchesLater } from "../queries/https.ts";
import type { Word } from "../shell/syntax.ts";
import type { Edit, Span } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, Rule } from "./rule.ts";

export const aptRecommendsInstalled: Rule = {
  id: "apt-recommends-installed",
  summary: "Recommended packages are installed too",
  why:
    "By default apt installs what a package recommends along with what it needs: from nothing at all (make, python3) to hundreds of MB. " +
    "In an image only the named packages are usually wanted. `--no-install-recommends` leaves the others out; what turns out to be needed after all " +
    "(often ca-certificates, for https) is then named. Look at the list before you accept the fix: it changes what is installed.",
  about: "bytes",
  aliases: ["DL3015"],
  example: {
    before: "FROM debian:bookworm\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n",
    after: "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*\n",
  },
  *check(subject) {
    for (const step of shippedSteps(subject)) {
      const seen = new Set<Word>();
      for (const ran of step.ran) {
        const brings = ran.changes.some((c) => isRecommended(c.entry));
        if (step.instruction.exec && brings) yield inExecForm(ran, step.instruction.exec);
        const verb = ran.words[wordIndex(ran)];
        // The same words again are a loop's next round.
        if (ran.maybe || !verb || seen.has(verb) || !brings) continue;
        seen.add(verb);
        yield finding(subject, step, ran, verb);
      }
    }
  },
};

/** A package that is only recommended; where packages are not known, all of them together. */
const isRecommended = (entry: Entry): boolean => entry.brought === "recommended" || entry.id.startsWith(recommendsId);

/** The biggest of those that go: `libgd3, manpages-dev … (35 packages)`. */
function whatGoes({ packages = [] }: Saving): string {
  const shown = packages.slice(0, 3).join(", ");
  return packages.length <= 3 ? shown : `${shown} … (${packages.length} packages)`;
}

/** Where `install` stands among the command's words. */
const wordIndex = (ran: Ran): number => 1 + ran.args.findIndex((a) => a.text === aptCall(ran)?.verb);

/** Flags that stand behind `install` by habit: the new one goes behind them. */
const yes = new Set(["-y", "-q", "-qq", "-yq", "-qy", "-yqq", "-qqy", "--yes", "--assume-yes"]);

const certificates = "ca-certificates";
/** Packages that fetch over https; without its recommended certificates git, curl or wget cannot. */
const speaksHttps = new Set(["git", "curl", "wget"]);

/** Whether the certificates would be gone: they come by recommendation, or nobody knows what comes. */
function losesCertificates(ran: Ran): boolean {
  const packages = aptCall(ran)?.packages.map((p) => packageName(p.text)) ?? [];
  if (packages.includes(certificates)) return false;
  const written = ran.changes.filter((c) => c.how === "written").map((c) => c.entry);
  const brought = written.filter((e) => e.what === certificates);
  if (brought.length > 0) return brought.some((e) => e.brought === "recommended");
  return packages.some((p) => speaksHttps.has(p)) && written.some((e) => e.id.startsWith(recommendsId));
}

/** Without the headers of the C library, which it only recommends, a compiler compiles nothing. */
const headers = "libc6-dev";
const isCompiler = (name: string): boolean => /^(?:gcc|clang)(?:-\d+)?$/.test(name);
const losesHeaders = (ran: Ran): boolean =>
  ran.changes.some((c) => c.entry.what === headers && c.entry.brought === "recommended") &&
  (aptCall(ran)?.packages.some((p) => isCompiler(packageName(p.text))) ?? false);

/** What gpg fetches keys with; on Debian 9 gnupg only recommends it. */
const keyFetcher = "dirmngr";
const losesKeyFetcher = ({ steps }: Subject, step: Step, ran: Ran): boolean =>
  (ran.changes.some((c) => c.entry.what === keyFetcher && c.entry.brought === "recommended") || mayBringKeyFetcher(ran)) &&
  [...step.ran.slice(step.ran.indexOf(ran)), ...steps.slice(step.index + 1).flatMap((s) => s.ran)].some(
    (r) => /^(?:apt-key|gpg2?)$/.test(r.name) && r.args.some((a) => /^--(?:recv|keyserver)/.test(a.text)),
  );

const mayBringKeyFetcher = (ran: Ran): boolean =>
  ran.changes.some((c) => c.entry.id.startsWith(recommendsId)) &&
  (aptCall(ran)?.packages.some((p) => /^gnupg2?$/.test(packageName(p.text))) ?? false);

/** Packages more behind the last: on a line of their own where that one has one. */
function addPackages(names: readonly string[], words: readonly Word[], source: string): Edit[] {
  const [last, before] = [words.at(-1), words.at(-2)];
  if (!last || last.end === last.start) return [];
  const between = before ? source.slice(before.end, last.start) : " ";
  const space = /^[ \t]*\\[ \t]*\r?\n[ \t]*$/.test(between) ? between : " ";
  return names.length === 0 ? [] : [{ start: last.end, end: last.end, text: names.map((name) => `${space}${name}`).join("") }];
}

/** `RUN ["apt-get", "install", "-y", "curl"]` */
function inExecForm(ran: Ran, words: readonly Argument[]): Draft {
  const at = words.findIndex((w) => w.text === aptCall(ran)?.verb);
  const [verb, ...behind] = words.slice(at);
  const packages = behind.filter((w) => !w.text.startsWith("-"));
  const flag = behind.find((w) => yes.has(w.text)) ?? verb;
  const place = flag?.end ?? 0;
  return {
    span: { start: packages[0]?.start ?? place, end: packages.at(-1)?.end ?? place },
    aliases: ["DL3015"],
    message: (saving) => messageOf(saving, losesCertificates(ran)),
    fixes: flag
      ? [
          {
            title: "Add --no-install-recommends",
            safety: "review",
            edits: [{ start: place, end: place, text: ', "--no-install-recommends"' }],
          },
        ]
      : [],
  };
}

function messageOf(saving: Saving, loses: boolean): string {
  const what = whatGoes(saving);
  const comes =
    what === "" ? `What these packages recommend comes too: ${formatSaving(saving)}` : `Recommends bring ${formatSaving(saving)}: ${what}`;
  return `${comes}. --no-install-recommends leaves it out; name what is needed of it${loses ? ` (for https: ${certificates})` : ""}.`;
}

function finding(subject: Subject, step: Step, ran: Ran, verb: Word): Draft {
  const { source } = step.instruction;
  const words = packageWords(ran);
  const loses = losesCertificates(ran);
  // Where packages are not known, it would be an unknown more: then the message says it.
  const isKnown = ran.changes.some((c) => c.entry.what === certificates && c.entry.brought === "recommended");
  const needed = [
    ...(losesKeyFetcher(subject, step, ran) ? [{ name: keyFetcher, why: "for keys" }] : []),
    ...(losesHeaders(ran) ? [{ name: headers, why: "to compile" }] : []),
    ...(loses && isKnown && fetchesLater(subject, step, ran) ? [{ name: certificates, why: "for https" }] : []),
  ];
  // What is tried where this one fails installs the same.
  const fallback = step.ran.slice(step.ran.indexOf(ran) + 1).find((r) => r.maybe && installsSame(r, ran));
  const calls = [ran, ...(fallback ? [fallback] : [])];
  const names = needed.map((n) => n.name);
  const added = calls.flatMap((r) => addPackages(names, packageWords(r), source));
  const flag = calls.flatMap((r): Edit[] => {
    const at = flagPlace(r, source);
    return at === undefined ? [] : [{ start: at, end: at, text: " --no-install-recommends" }];
  });
  return {
    span: onOneLine(words, source) ?? { start: verb.start, end: verb.end },
    aliases: ["DL3015"],
    message: (saving) => messageOf(saving, loses),
    fixes:
      verb.end > verb.start
        ? [
            {
              title: ["Add --no-install-recommends", ...(added.length ? needed.map((n) => `${n.name} ${n.why}`) : [])].join(", and "),
              safety: "review",
              edits: [...flag, ...added],
            },
          ]
        : [],
  };
}

/** Options whose value is the next word (apt-get(8)). */
const valued = /^(?:-[a-zA-Z]*[toc]|--(?:option|config-file|(?:target|default)-release|host-architecture|build-profiles|solver))$/;
const packageWords = (ran: Ran): Word[] =>
  ran.words.slice(wordIndex(ran) + 1).filter((w, i, all) => !w.raw.startsWith("-") && !valued.test(all[i - 1]?.raw ?? ""));

/** Behind the verb, and what stands there by habit. */
function flagPlace(ran: Ran, source: string): number | undefined {
  const verb = ran.words[wordIndex(ran)];
  const last =
    verb &&
    ran.words.slice(wordIndex(ran) + 1).reduce((at, w) => (yes.has(w.raw) && source.slice(at.end, w.start).trim() === "" ? w : at), verb);
  return last && last.end > last.start ? last.end : undefined;
}

function installsSame(one: Ran, other: Ran): boolean {
  const [a, b] = [aptCall(one), aptCall(other)];
  const named = (packages: readonly { text: string }[] = []): string => packages.map((p) => packageName(p.text)).join(" ");
  return a?.does === "installs" && a.recommends && named(a.packages) === named(b?.packages);
}

/** The packages that stand on the first package's line. */
function onOneLine(words: readonly Word[], source: string): Span | undefined {
  const [first] = words;
  if (!first || first.end === first.start) return undefined;
  const next = words.findIndex((word) => source.slice(first.end, word.start).includes("\n"));
  return { start: first.start, end: (next < 0 ? words.at(-1) : words[next - 1])?.end ?? first.end };
}
