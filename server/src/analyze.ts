import type { Analysis, AnalysisWorld, Finding, Fix, Offer, Settings } from "./analysis.ts";
import { isGain, none, ofUnknownSize, type Saving } from "./build/difference.ts";
import { alteredWorld, rebuilt } from "./build/saving.ts";
import { type Subject, subjectOf } from "./build/subject.ts";
import { isIgnored, isSkipped } from "./dockerfile/ignored.ts";
import { parseDockerfile } from "./dockerfile/parse.ts";
import { isPreprocessed } from "./dockerfile/preprocessed.ts";
import { unfinishedIn } from "./dockerfile/unfinished.ts";
import type { Level } from "./protocol.ts";
import { refactorings as allRefactorings } from "./refactorings/index.ts";
import { offersOf } from "./refactorings/refactoring.ts";
import { toJSON } from "./report.ts";
import { rules as allRules } from "./rules/index.ts";
import type { Draft, DraftFix, Rule } from "./rules/rule.ts";
import { applyEdits, type Edit, type FileText, Lines, type Span } from "./text.ts";
import { titleWithGain } from "./topics/gain.ts";

export const defaultMinSaving = 100_000;

/** Text and world in, everything that is shown out. Pure, synchronous, and it throws nothing. */
export function analyze(text: string, world: AnalysisWorld = {}, previous?: Pick<Analysis, "file">): Analysis {
  const file = parseDockerfile(text, previous?.file);
  const subject = subjectOf(file, world);
  const lines = new Lines(text);
  const findings = findingsOf(subject, world.settings ?? {});
  let offers: readonly Offer[] | undefined;
  let savable: number | undefined;
  const analysis: Analysis = {
    file,
    lines,
    subject,
    image: subject.image,
    findings,
    get refactorings() {
      offers ??= (isPreprocessed(file) ? [] : allRefactorings).flatMap((kind) =>
        offersOf(kind, subject)
          .filter((o) => !o.edits.some((edit) => isUnfinished(subject, edit)))
          .map((o) => ({ ...o, saving: subject.saving(o) }))
          .filter(({ saving }) => !kind.needsGain || saving.bytes === undefined || saving.bytes > 0),
      );
      return offers;
    },
    get savable() {
      savable ??= savableOf(subject, findings);
      return savable;
    },
    toJSON: (name = "Dockerfile") => toJSON(analysis, name),
  };
  return analysis;
}

function findingsOf(subject: Subject, settings: Settings): Finding[] {
  const findings: Finding[] = [];
  if (isPreprocessed(subject.file)) return findings;
  for (const rule of allRules) {
    const level = settings.rules?.[rule.id];
    if (level === "off" || isSkipped(subject.file, rule.checks ?? [])) continue;
    for (const draft of rule.check(subject)) {
      if (isUnfinished(subject, draft.span) || isIgnored(subject.file, draft.span, namesOf(rule, draft))) continue;
      const finding = weigh(subject, rule, draft, settings, level);
      if (finding) findings.push(finding);
    }
  }
  return findings.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** It touches what is typed only by half. */
function isUnfinished({ file }: Subject, span: Span): boolean {
  const unfinished = unfinishedIn(file);
  return unfinished !== undefined && span.end > unfinished.start;
}

const aliasesOf = (rule: Rule, draft: Draft): readonly string[] => draft.aliases ?? rule.aliases ?? [];
const namesOf = (rule: Rule, draft: Draft): readonly string[] => [rule.id, ...aliasesOf(rule, draft)];

/** A draft with its numbers; undefined where a byte rule's fix saves nothing, or too little to tell. */
function weigh(subject: Subject, rule: Rule, draft: Draft, settings: Settings, level: Level | undefined): Finding | undefined {
  const byBytes = rule.about === "bytes";
  if (byBytes && (draft.known ?? Number.POSITIVE_INFINITY) < (settings.minSaving ?? defaultMinSaving)) return undefined;
  const weighed = draft.fixes.map(
    (fix) => new Weighed(fix, () => (rule.about === "form" || fix.unweighed ? none : toldOf(subject.saving(fix), draft))),
  );
  const isOffered = ({ saving }: Weighed): boolean => !byBytes || isGain(saving);
  const best = weighed.find(isOffered)?.saving;
  const lost = byBytes ? lostOf(subject, draft) : undefined;
  // One that goes over several instructions stays out of those that are silenced: so it is none.
  const isSilenced = ({ fix }: Weighed): boolean =>
    fix.edits.some((edit) => isUnfinished(subject, edit) || isIgnored(subject.file, edit, namesOf(rule, draft)));
  // What it will need of the lines above is not known either.
  const isOpen = unfinishedIn(subject.file) !== undefined;
  const isTold = (saving: Saving | undefined): boolean =>
    saving !== undefined && isGain(saving) && !isTooSmall(saving, settings) && isWorthAWord(saving, draft.least);
  // What is lost is told as well where no fix is on offer, or none that gains enough of it.
  const offers = !byBytes || isTold(best);
  const first = (offers ? best : undefined) ?? lost;
  let fixes: readonly Fix[] | undefined;
  if (byBytes && !isTold(first)) return undefined;
  return {
    rule,
    aliases: aliasesOf(rule, draft),
    level: level ?? (byBytes && first ? atMost(rule.level, levelOf(first)) : (draft.level ?? rule.level ?? "warning")),
    message: draft.message(first ?? none, lost && isGain(lost) ? lost : undefined),
    span: draft.span,
    ...(byBytes && first && { saving: first }),
    get fixes() {
      fixes ??= offers
        ? inOrder(weighed.filter((w) => isOffered(w) && !isSilenced(w))).map(({ fix, saving }) =>
            toFix(isOpen ? { ...fix, safety: "review" } : fix, saving, byBytes, draft.least),
          )
        : [];
      return fixes;
    },
    unnecessary: draft.unnecessary ?? false,
  };
}

const toldOf = (saving: Saving, { guessed, least }: Draft): Saving =>
  guessed && saving.bytes !== undefined && isWorthAWord(saving, least) && isGain(saving) ? ofUnknownSize : saving;

function lostOf(subject: Subject, { instead, goes }: Draft): Saving | undefined {
  const saving = instead && subject.saving({ edits: instead });
  return goes && !(saving && isGain(saving)) ? ofUnknownSize : saving;
}

/** A fix, and what it saves: worked out when first asked for. */
class Weighed {
  private known: Saving | undefined;

  constructor(
    readonly fix: DraftFix,
    private readonly weigh: () => Saving,
  ) {}

  get saving(): Saving {
    this.known ??= this.weigh();
    return this.known;
  }
}

/** Safe fixes first; the rule's own order otherwise. */
const inOrder = (fixes: readonly Weighed[]) => [
  ...fixes.filter((f) => f.fix.safety === "safe"),
  ...fixes.filter((f) => f.fix.safety !== "safe"),
];

function toFix(fix: DraftFix, saving: Saving, byBytes: boolean, least: Draft["least"]): Fix {
  const told = byBytes || isWorthAWord(saving, least) ? saving : none;
  return {
    title: titleWithGain(fix.title, told),
    safety: fix.safety,
    edits: fix.edits,
    creates: fix.creates ?? [],
    ...(fix.inAll && { inAll: fix.inAll }),
    ...((byBytes || isGain(told)) && { saving: told }),
  };
}

const isTooSmall = (saving: Saving, settings: Settings): boolean =>
  saving.bytes !== undefined && !saving.lowerBound && saving.bytes < (settings.minSaving ?? defaultMinSaving);

const isWorthAWord = ({ bytes }: Saving, least: Draft["least"]): boolean =>
  least === undefined || (bytes === undefined ? !least.known : Math.abs(bytes) >= least.bytes);

/** Levels from the gravest to the least. */
const levels: readonly Level[] = ["error", "warning", "info", "hint"];
const atMost = (most: Level | undefined, level: Level): Level =>
  most !== undefined && levels.indexOf(most) > levels.indexOf(level) ? most : level;

/** Many MB are a warning, little or an unknown amount is worth a hint of blue. */
const levelOf = (saving: Saving): Level => ((saving.bytes ?? 0) >= 1_000_000 ? "warning" : "info");

/** Fixes that share a place: what waits for another is weighed behind it, so often. */
const savableRounds = 5;

function savableOf(subject: Subject, findings: readonly Finding[], rounds = savableRounds): number {
  const edits: Edit[] = [];
  const creates: FileText[] = [];
  let waits = false;
  for (const finding of findings) {
    const [fix] = finding.rule.about === "bytes" ? finding.fixes : [];
    if (!fix) continue;
    if (fix.edits.some((e) => edits.some((o) => overlaps(e, o))) || fix.creates.some((c) => creates.some((o) => o.file === c.file))) {
      waits = true;
      continue;
    }
    edits.push(...fix.edits);
    creates.push(...fix.creates);
  }
  if (edits.length === 0 && creates.length === 0) return 0;
  const { file, image } = subject;
  const world = alteredWorld(subject.world, creates);
  if (!waits || rounds <= 1) return Math.max(0, image.size.bytes - rebuilt(file, world, edits).size.bytes);
  const next = analyze(applyEdits(file.text, edits), world);
  return Math.max(0, image.size.bytes - next.image.size.bytes + savableOf(next.subject, next.findings, rounds - 1));
}

const overlaps = (a: Span, b: Span): boolean => a.start === b.start || (a.start < b.end && b.start < a.end);
