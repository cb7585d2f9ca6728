import type { Saving } from "../build/difference.ts";
import { isBuiltOn, type Subject, shippedSteps } from "../build/subject.ts";
import { aptCall, isPackageFile, packageName, removesPackages } from "../commands/apt-call.ts";
import { type Packages, packagesOf } from "../commands/apt-installed.ts";
import { hasStrangers } from "../commands/apt-packages.ts";
import { recommendedTogether, recommendsId } from "../commands/apt-recommends.ts";
import {
  buildsPackages,
  certificates,
  essentialToBuild,
  headersOfLibc,
  headersOfPython,
  isCompiler,
  isHeaders,
  isOfLibc,
  mayBringEssential,
  recommendsHeaders,
  startsPackage,
} from "../commands/build-only.ts";
import { asksFor, compilesNatively, mayBeMissed } from "../commands/called.ts";
import { compilesByPip, installsWheels, isPipInstall } from "../commands/compiled.ts";
import { fetchesKeys, keyFetcher, keyKeeper, keyProgram, recommendsKeyFetcher } from "../commands/keys.ts";
import type { Argument } from "../dockerfile/instruction.ts";
import type { Ran, State, Step } from "../image/model.ts";
import { isReasonedAt } from "../queries/comments.ts";
import { fetchesLater } from "../queries/https.ts";
import type { Word } from "../shell/syntax.ts";
import type { Edit, Span } from "../text.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
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
      if (isReasonedAt(subject.file, step.instruction, /\brecommend(?:s|ed)\b/i)) continue;
      const seen = new Set<Word>();
      for (const ran of step.ran) {
        const brings =
          isOpen(ran) || (ran.changes.some((c) => c.entry.brought === "recommended") && packagesAt(subject, ran) !== undefined);
        if (step.instruction.exec && brings) yield inExecForm(subject, step, ran, step.instruction.exec);
        const verb = ran.words[wordIndex(ran)];
        // The same words again are a loop's next round.
        if (ran.maybe || !verb || seen.has(verb) || !brings) continue;
        seen.add(verb);
        yield finding(subject, step, ran, verb);
      }
    }
  },
};

const packagesAt = ({ world: { packages } }: Subject, { before }: Ran): Packages | undefined =>
  packagesOf({ state: before, ...(packages && { packages }) });

/**
 * A third party's packages, there already or installed in the same RUN or later, may bring the same, so that less is left. Or another release's
 * packages stand in for those of this one, which may recommend others: less than that may be nothing at all, and of more it is not
 * said how much. bionic's were 4.6 times what xenial's were (`apt-get -s` in both).
 */
const ofNeighbours = { least: { bytes: 1_000_000 }, guessed: true } as const;
const leastOf = (subject: Subject, step: Step, ran: Ran): Pick<Draft, "least" | "guessed"> =>
  packagesAt(subject, ran)?.standsIn || [ran.before, step.after, ...endsBehind(subject, step)].some(hasStrangers) ? ofNeighbours : {};

/** How its stage ends, and those that are shipped with it. */
const endsBehind = ({ image }: Subject, step: Step): State[] =>
  image.stages.filter((s) => image.ships.has(s.index) && isBuiltOn(image, s.index, step.stage)).map((s) => s.end);

/** The biggest of those that go: `libgd3, manpages-dev … (35 packages)`. */
function whatGoes({ bytes, packages = [] }: Saving): string {
  if (bytes === undefined || packages.includes(recommendedTogether)) return "";
  const shown = packages.slice(0, 3).join(", ");
  return packages.length <= 3 ? shown : `${shown} … (${packages.length} packages)`;
}

/** Where `install` stands among the command's words. */
const wordIndex = (ran: Ran): number => 1 + ran.args.findIndex((a) => a.text === aptCall(ran)?.verb);

/** Flags that stand behind `install` by habit: the new one goes behind them. */
const yes = new Set(["-y", "-q", "-qq", "-yq", "-qy", "-yqq", "-qqy", "--yes", "--assume-yes"]);

const isLost = (ran: Ran, name: string): boolean =>
  ran.changes.some((c) => c.how === "written" && c.entry.what === name && c.entry.brought === "recommended");
const someNamed = (ran: Ran, isOne: (name: string) => boolean): boolean =>
  aptCall(ran)?.packages.some((p) => isOne(packageName(p.text))) ?? false;
/** Nobody knows how much it is that these packages recommend. */
const isOpen = (ran: Ran): boolean => ran.changes.some((c) => c.entry.id.startsWith(recommendsId));

/** Package files: nobody knows what they recommend, and that goes, too. */
const filesAmong = (ran: Ran): string[] => (aptCall(ran)?.packages ?? []).map((p) => p.text).filter(isPackageFile);

/** What runs behind it in its image, and in those that are built on it. */
const rest = ({ steps, image }: Subject, step: Step, ran: Ran): Ran[] => [
  ...step.ran.slice(step.ran.indexOf(ran) + 1),
  ...steps.filter((s) => s.index > step.index && isBuiltOn(image, s.stage, step.stage)).flatMap((s) => s.ran),
];

const losesHeaders = (ran: Ran, compiles: boolean): boolean =>
  isLost(ran, headersOfLibc) && (someNamed(ran, recommendsHeaders) || compiles);

const losesKeyFetcher = (subject: Subject, step: Step, ran: Ran): boolean =>
  (isLost(ran, keyFetcher) || (isOpen(ran) && someNamed(ran, recommendsKeyFetcher))) && rest(subject, step, ran).some(fetchesKeys);

/** Somebody builds Debian packages here, or means to; or compiles, as headers beside it say, and has no compiler but this. */
function losesEssential(subject: Subject, step: Step, ran: Ran): boolean {
  const isNamed = someNamed(ran, isCompiler);
  if (!isLost(ran, essentialToBuild) && !(isOpen(ran) && !isNamed && someNamed(ran, mayBringEssential))) return false;
  const later = rest(subject, step, ran);
  if (someNamed(ran, buildsPackages) || later.some((r) => startsPackage(r.name))) return true;
  const hasCompiler = isNamed || ["deb:gcc", "deb:g++"].some((id) => ran.before.root.content.of(id).some((e) => !e.maybe));
  const isBuilt = later.some((r) => compilesNatively(r) || compilesByPip(r)) || hasOldPip(ran, later);
  return !hasCompiler && (someNamed(ran, (name) => isHeaders(name) && !isOfLibc(name)) || isBuilt);
}

/**
 * pip before 19 takes manylinux1 alone, and Python before 3.6 has no wheels of today's versions (peps.python.org/pep-0571, the packages' pages on pypi.org):
 * what is not pure Python is compiled.
 */
const hasOldPip = (ran: Ran, later: readonly Ran[]): boolean =>
  (oldReleases.has(ran.before.base?.os?.release ?? "") || someNamed(ran, (name) => /^python3\.[2-5]$/.test(name))) &&
  later.some((r) => isPipInstall(r) && !installsWheels(r));
const oldReleases = new Set("jessie stretch buster 14.04 16.04 18.04 trusty xenial bionic".split(" "));

/** pip only recommends Python's headers, and what is compiled behind it may be made for Python. */
function lostHeadersOfPython(subject: Subject, step: Step, ran: Ran, essential: boolean): string[] {
  const lost = Object.entries(headersOfPython).filter(([pip, dev]) => isLost(ran, dev) && someNamed(ran, (name) => name === pip));
  if (lost.length === 0) return [];
  const later = rest(subject, step, ran);
  const compiles =
    essential || (someNamed(ran, isCompiler) && later.some(isPipInstall)) || later.some(compilesByPip) || hasOldPip(ran, later);
  return compiles ? lost.map(([, dev]) => dev) : [];
}

/** What later lines ask for by name, and have only because it is recommended. */
const askedFor = (subject: Subject, step: Step, ran: Ran): string[] => {
  const later = rest(subject, step, ran);
  return [...mayBeMissed].filter(
    (name) => isLost(ran, name) && !(name === keyKeeper && staysThere(ran, keyProgram)) && later.some((r) => asksFor(name, r)),
  );
};

/** It is there before, or something else needs it. */
const staysThere = (ran: Ran, name: string): boolean =>
  isInstalled(ran.before, name) ||
  ran.changes.some((c) => c.how === "written" && c.entry.what === name && c.entry.brought !== "recommended");

/** The extension of the server, which postgis only recommends: with a server beside it, it is what is wanted. */
function lostExtension(ran: Ran): string[] {
  const hasServer = [...ran.before.root.content].some((e) => isServer(e.what)) || someNamed(ran, isServer);
  const lost = ran.changes.flatMap(({ entry: { what, brought } }) => (brought === "recommended" && isExtension(what) ? [what] : []));
  return hasServer && someNamed(ran, (name) => name === "postgis") ? lost.sort().slice(-1) : [];
}
const isServer = (name: string): boolean => /^postgresql(?:-[\d.]+)?$/.test(name);
const isExtension = (name: string): boolean => /^postgresql-(?:[\d.]+-postgis-[\d.]+|postgis)$/.test(name);

/** Packages more behind the last: on a line of their own where that one has one. */
function addPackages(names: readonly string[], words: readonly Word[], source: string): Edit[] {
  const [last, before] = [words.at(-1), words.at(-2)];
  if (!last || last.end === last.start) return [];
  const between = before ? source.slice(before.end, last.start) : " ";
  const space = /^[ \t]*\\[ \t]*\r?\n[ \t]*$/.test(between) ? between : " ";
  return names.length === 0 ? [] : [{ start: last.end, end: last.end, text: names.map((name) => `${space}${name}`).join("") }];
}

/** What a later removal took along, because nothing needed it any more, would stay once it is named: then that names it, too. */
function removedToo({ steps }: Subject, step: Step, ran: Ran, names: readonly string[]): Edit[] {
  const later = steps.filter((s) => s.stage === step.stage && s.index >= step.index);
  const places = later.flatMap((s) => s.ran.map((r) => ({ in: s, ran: r })));
  const removals = places.slice(places.findIndex((p) => p.ran === ran) + 1).filter((p) => !p.ran.maybe && removesPackages(p.ran));
  const end = later.at(-1)?.after;
  const taken = names.flatMap((name) => {
    const sweep = end && !isInstalled(end, name) ? removals.findLastIndex((p) => isInstalled(p.ran.before, name)) : -1;
    // What is marked by a pattern is marked with what the fix names.
    const before = removals.slice(0, sweep + 1).filter((p) => aptCall(p.ran)?.packages.length !== 0);
    const place = before.some((p) => p.ran.name === "apt-mark") ? undefined : before.at(-1);
    return place && !someNamed(place.ran, (other) => other === name) ? [{ name, place }] : [];
  });
  return [...new Set(taken.map((t) => t.place))].flatMap((place) => {
    const its = taken.filter((t) => t.place === place).map((t) => t.name);
    return addPackages(its, packageWords(place.ran), place.in.instruction.source);
  });
}

const isInstalled = ({ root }: State, name: string): boolean => root.content.of(`deb:${name}`).length > 0;

/** `RUN ["apt-get", "install", "-y", "curl"]` */
function inExecForm(subject: Subject, step: Step, ran: Ran, words: readonly Argument[]): Draft {
  const at = words.findIndex((w) => w.text === aptCall(ran)?.verb);
  const [verb, ...behind] = words.slice(at);
  const packages = behind.filter((w) => !w.text.startsWith("-"));
  const flag = behind.find((w) => yes.has(w.text)) ?? verb;
  const place = flag?.end ?? 0;
  return {
    span: { start: packages[0]?.start ?? place, end: packages.at(-1)?.end ?? place },
    ...leastOf(subject, step, ran),
    message: (saving) => messageOf(saving, isLost(ran, certificates), filesAmong(ran)),
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

function messageOf(saving: Saving, loses: boolean, files: readonly string[]): string {
  const what = whatGoes(saving);
  const comes =
    what === "" ? `What these packages recommend comes too: ${formatSaving(saving)}` : `Recommends bring ${formatSaving(saving)}: ${what}`;
  const too = files.length > 0 ? `, and what ${listed(files)} may recommend` : "";
  return `${comes}. --no-install-recommends leaves it out${too}; name what is needed of it${loses ? ` (for https: ${certificates})` : ""}.`;
}

function finding(subject: Subject, step: Step, ran: Ran, verb: Word): Draft {
  const { source } = step.instruction;
  const words = packageWords(ran);
  const loses = isLost(ran, certificates);
  const essential = losesEssential(subject, step, ran);
  // It brings the compiler, make and the headers.
  const asked = askedFor(subject, step, ran).filter((name) => !essential || !/^(?:gcc|g\+\+|make)$/.test(name));
  const needed = [
    ...(losesKeyFetcher(subject, step, ran) ? [{ name: keyFetcher, why: "for keys" }] : []),
    ...(essential ? [{ name: essentialToBuild, why: "to build" }] : []),
    ...lostHeadersOfPython(subject, step, ran, essential).map((name) => ({ name, why: "to compile for Python" })),
    ...(!essential && losesHeaders(ran, asked.includes("gcc")) ? [{ name: headersOfLibc, why: "to compile" }] : []),
    ...asked.map((name) => ({ name, why: "for later lines" })),
    ...lostExtension(ran).map((name) => ({ name, why: "for the server" })),
    ...(loses && fetchesLater(subject, step, ran) ? [{ name: certificates, why: "for https" }] : []),
  ];
  // What is tried where this one fails installs the same.
  const fallback = step.ran.slice(step.ran.indexOf(ran) + 1).find((r) => r.maybe && installsSame(r, ran));
  const calls = [ran, ...(fallback ? [fallback] : [])];
  const names = needed.map((n) => n.name);
  const added = calls.flatMap((r) => addPackages(names, packageWords(r), source));
  if (added.length > 0) added.push(...removedToo(subject, step, ran, names));
  const flag = calls.flatMap((r): Edit[] => {
    const at = flagPlace(r, source);
    return at === undefined ? [] : [{ start: at, end: at, text: " --no-install-recommends" }];
  });
  return {
    span: onOneLine(words, source) ?? { start: verb.start, end: verb.end },
    ...leastOf(subject, step, ran),
    message: (saving) => messageOf(saving, loses, filesAmong(ran)),
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
