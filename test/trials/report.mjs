// Makes docs/trials.md of run.json, verdicts/*.jsonl and replayed.jsonl: `npm run docs:trials`; without --write the page goes to stdout.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const run = JSON.parse(readFileSync(here("run.json"), "utf8"));
const verdicts = readdirSync(here("verdicts"))
  .sort()
  .flatMap((file) => readFileSync(here(`verdicts/${file}`), "utf8").split("\n"))
  .filter(Boolean)
  .map((line) => JSON.parse(line));

const replayed = readFileSync(here("replayed.jsonl"), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));

const count = (n) => n.toLocaleString("en-US");
const percent = (part, whole) => (whole === 0 ? "" : `${((100 * part) / whole).toFixed(1)} %`);
const isLeft = ({ verdict, mended }) => verdict === "wrong" && !mended;
const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

const rules = [...new Set([...Object.keys(run.rules), ...verdicts.map((v) => v.rule)])].sort();
const row = (name, found, judged) => {
  const wrong = judged.filter((v) => v.verdict === "wrong");
  const left = judged.filter(isLeft).length;
  return `| ${name} | ${count(found)} | ${judged.length} | ${wrong.length} | ${wrong.length - left} | ${percent(left, judged.length)} |`;
};
const left = verdicts.filter(isLeft);

// What a change took away, in bytes; at least so much where a part is not known. A base is swapped once: the biggest of what was said of it.
const ofBase = ["base-fat", "base-older", "sdk-shipped"];
const predicted = ({ gone }) => {
  const bytesOf = (rows) => rows.map((g) => g.bytes);
  const [swaps, others] = [true, false].map((is) => bytesOf(gone.filter((g) => ofBase.includes(g.rule) === is)));
  return { bytes: Math.max(0, ...swaps) + others.reduce((sum, n) => sum + n, 0), isUnknown: gone.some((g) => g.isUnknown) };
};
const amount = ({ bytes, isUnknown }) =>
  bytes < 50_000 && isUnknown ? "unknown" : `${isUnknown ? "≥ " : ""}${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)}`;
// What was measured here is what Ballast says now (commands/apt.ts, apk.ts, dnf.ts): no proof of it.
const isTaken = ({ id }) =>
  [
    ...["Lujeni__matterllo__68", "caronc__apprise__940", "docker-library__buildpack-deps__1", "shlinkio__shlink-docker-image__21"],
    ...["resyst-it__docker-bind9__11", "pch18-docker__baota__53", "carlossg__docker-maven__161"],
  ].includes(id);
// The sizes that were told are those of a registry, compressed: less than the base image alone has in files.
const isCompressed = ({ id }) =>
  ["djrobstep__migra__37", "luizalabs__mitose__14", "krateng__maloja__17", "huggingface__dataset-viewer__680"].includes(id);
const unfound = JSON.parse(readFileSync(here("unfound.json"), "utf8"));
const isFound = ({ gone }) => gone.length > 0;
const measured = replayed.filter((r) => isFound(r) && !isTaken(r) && !isCompressed(r) && Number(r.savedMB) > 0);
const whole = measured.filter((r) => !predicted(r).isUnknown);
const within = (share) => whole.filter((r) => Math.abs(predicted(r).bytes / 1e6 / r.savedMB - 1) <= share).length;
const isAbove = (r) => predicted(r).isUnknown && predicted(r).bytes / 1e6 > r.savedMB * 1.1;
const changeRow = (r) =>
  `| [${r.id
    .replace(/__/, "/")
    .replace(/__(?=\d+[a-z]?$)/, "#")
    .replace(
      /__/g,
      " ",
    )}](${r.source}) | ${r.kind} | ${r.savedMB ?? ""}${isTaken(r) ? " *" : isCompressed(r) ? " †" : ""} | ${isFound(r) ? amount(predicted(r)) : ""} | ${r.gone.map((g) => `${g.rule} ${amount(g)}`).join(", ") || `none: ${unfound[r.id] ?? "not looked into"}`} |`;

// Draws by somebody who wrote none of the rules, each after what the one before had found was mended.
const draws = [...new Set(verdicts.flatMap((v) => v.sample ?? []))].sort((a, b) => rank(a) - rank(b));
function rank(sample) {
  const at = [20261130, 77, 78, 301, 302, 303, 401].indexOf(sample);
  return at < 0 ? sample : at;
}
const drawRow = (sample) => {
  const judged = verdicts.filter((v) => v.sample === sample);
  const wrong = judged.filter((v) => v.verdict === "wrong");
  const wrongOf = (rule) => wrong.filter((v) => v.rule === rule).length;
  const of = [...new Set(wrong.map((v) => v.rule))].sort((a, b) => wrongOf(b) - wrongOf(a) || (a < b ? -1 : 1));
  const total = (rule) => judged.filter((v) => v.rule === rule).length;
  return `| ${sample} | ${judged.length} | ${wrong.length} | ${percent(wrong.length, judged.length)} | ${of.map((rule) => `${rule} ${wrongOf(rule)} of ${total(rule)}`).join(", ")} |`;
};
// A rule is done when of the last draws of it, ten verdicts or more together, no more than 2 % were wrong as they were read, mended or not.
const enough = 10;
const lastOf = (rule) => {
  const judged = [];
  for (const sample of draws.toReversed())
    if (judged.length < enough) judged.push(...verdicts.filter((v) => v.sample === sample && v.rule === rule));
  return judged;
};
const few = rules.filter((rule) => lastOf(rule).length < enough);
const open = rules.filter((rule) => lastOf(rule).filter((v) => v.verdict === "wrong").length > 0.02 * lastOf(rule).length);

const page = `# Trials on public Dockerfiles

Generated by \`npm run docs:trials\`: what Ballast says of Dockerfiles that others wrote, and how much of it is wrong.

The newest commits of ${count(run.repositories)} public repositories were laid out with their build contexts, and \`ballast check\` was run over their ${count(run.files)} Dockerfiles:
${count(run.findings)} findings. Of each rule up to twenty and more were drawn, in turn from every repository, and read beside the Dockerfile by somebody who did not write the rule.
*Wrong* is what is not true, what a maintainer would rightly call noise, a fix that would break the build or change the image in more than it names, and words that are not clear. What was doubtful counts as wrong. Where it was an amount that was doubted and a real build can tell, the build has told: "measured" stands in the reason.
*Mended* were those that a new run no longer brings, or brings with other words and another fix. The verdicts lie in [test/trials/verdicts](../test/trials/verdicts), a line each: repository, commit, path, line, what was found, and why it is right or wrong.
The rules were mended by these very findings, so what is left says little of others. As they were judged, ${percent(verdicts.filter((v) => v.verdict === "wrong").length, verdicts.length)} were wrong.

| Rule | findings | judged | wrong | of these mended | wrong ones left |
|---|---|---|---|---|---|
${rules
  .map((rule) =>
    row(
      `[${rule}](rules/${rule}.md)`,
      run.rules[rule] ?? 0,
      verdicts.filter((v) => v.rule === rule),
    ),
  )
  .join("\n")}
${row("all", run.findings, verdicts)}

## Draws

Of what was mended nothing says that the next one is right: only a new draw does. Each of these was made with the findings of the day, for the rules of which there was
something to fear, by somebody who wrote none of them; the number is the seed, and \`sample\` in the verdicts.
From 601 on they are of repositories that no rule had been made from, all but 602 of nearly all rules, and read more strictly: with what an image is for, what
a third party's script does, and what only the project's own files tell.

| Draw | judged | wrong as they were read | | of which rules |
|---|---|---|---|---|
${draws.map(drawRow).join("\n")}

More than 2 % of what was last drawn of them (ten verdicts or more, where there are so many) were wrong as they were read. Whatever was mended since, they are not done: ${open.join(", ") || "none"}.
Fewer than ten were drawn of these: ${few.join(", ") || "none"}.

## Merged changes that made images smaller

${count(replayed.length)} changes of public repositories that made an image smaller, most of them with the size that people measured before and after. Ballast read the Dockerfile
of the commit before and of the commit after, each with its build context: in ${count(replayed.filter(isFound).length)} a finding about bytes is there before and gone after. Of the ${count(whole.length)} of these whose
whole amount it knows and somebody measured, ${count(within(0.1))} are within 10 % of the measured one and ${count(within(0.25))} within 25 %; of the others it knows a part, or nothing, and says so (≥); ${count(measured.filter(isAbove).length)} of these parts
are more than 10 % above the whole. What was measured is of the day of the change, and often of more than one thing, or rounded; what Ballast says is of today's packages and images.
Changes with a * do not count there: the sizes of what their tools keep were taken from them. One with a † does not either: what was told is compressed.
The changes that were looked for lie in [test/trials/merged.jsonl](../test/trials/merged.jsonl), a line each: repository, commits, path, sizes, and where that was said.

| Change | what it was about | measured MB | Ballast, MB | what was found before and not after, MB |
|---|---|---|---|---|
${replayed.map(changeRow).join("\n")}

## Wrong ones that are left

${
  left.length === 0
    ? "None."
    : `| Rule | where | what was found | why it is wrong |\n|---|---|---|---|\n${left
        .map((v) => `| ${v.rule} | ${v.repository} ${cell(v.path)}:${v.line} | ${cell(v.finding)} | ${cell(v.why)} |`)
        .join("\n")}`
}
`;

if (process.argv.includes("--write")) writeFileSync(here("../../docs/trials.md"), page);
else process.stdout.write(page);
