import type { Subject } from "../build/subject.ts";
import type { ContextFolder, ContextNode } from "../image/context.ts";
import type { Step } from "../image/model.ts";
import { isWithin } from "../image/paths.ts";
import { formatBytes } from "../topics/bytes.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, Rule } from "./rule.ts";

export const contextUnfiltered: Rule = {
  id: "context-unfiltered",
  summary: "The whole build context is copied, with no .dockerignore",
  why:
    "`COPY .` takes all that lies beside the Dockerfile: the history in .git, modules and virtual environments of this machine, logs, keys. They weigh in the image, a later `chown -R` stores them twice, " +
    "and every change to one of them throws away the build cache. A `.dockerignore` keeps them out of the build. Look at its lines before you accept them: what is named there is not in the image.",
  about: "bytes",
  example: {
    before: "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
    after: "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
    context: { "app.js": 4000, "package.json": 300, ".git/objects/pack": 30_000_000, "node_modules/left-pad/index.js": 9_000_000 },
    creates: [".dockerignore"],
  },
  *check(subject) {
    const { context } = subject.world;
    if (!context || context.ignore) return;
    const junk = junkIn(subject, context.root);
    if (junk.length === 0) return;
    const creates = [{ file: ".dockerignore", text: `${junk.map((j) => j.pattern).join("\n")}\n` }];
    // One file serves all: it is offered where the whole context is copied first.
    const step = subject.steps.find((s) => subject.image.needed.has(s.stage) && copiesAll(s));
    if (step) yield finding(step, junk, creates);
  },
};

interface Junk {
  readonly pattern: string;
  readonly bytes: number;
}

/** What a `COPY . …` or `ADD . …` names as its source. */
function wholeContext(step: Step) {
  const { instruction } = step;
  if (!/^(?:COPY|ADD)$/.test(instruction.keyword) || instruction.flags.some((f) => f.name === "from")) return undefined;
  return (instruction.exec ?? instruction.args).slice(0, -1).find((a) => /^\.?\/?(?:\.\/)*$/.test(a.text) || a.text === "*");
}

const copiesAll = (step: Step): boolean => wholeContext(step) !== undefined;

function finding(step: Step, junk: readonly Junk[], creates: Draft["fixes"][number]["creates"]): Draft {
  const source = wholeContext(step) ?? step.instruction.keywordSpan;
  const named = [...junk].sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  return {
    span: { start: source.start, end: source.end },
    message: (saving) =>
      `The whole folder is copied, and there is no .dockerignore: ${named.map((j) => `${j.pattern} has ${formatBytes(j.bytes)}`).join(", ")}. One would save ${formatSaving(saving)}.`,
    fixes: [
      {
        title: `Create a .dockerignore: ${named.map((j) => j.pattern).join(", ")}${junk.length > named.length ? " …" : ""}`,
        safety: "review",
        edits: [],
        ...(creates && { creates }),
      },
    ],
  };
}

/** Never wanted in an image, whatever is in them: histories, editors' folders, caches of this machine. */
const always = [
  ".git",
  ".hg",
  ".svn",
  ".idea",
  ".vscode",
  ".github",
  ".gitlab",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".tox",
  ".nox",
  ".terraform",
  ".DS_Store",
  "coverage",
  ".nyc_output",
  ".cache",
];
/** Made for this machine; a build that installs its own makes them anew. The command that does so is named. */
const madeAnew: Readonly<Record<string, ReadonlySet<string>>> = {
  node_modules: new Set(["npm", "yarn", "pnpm", "bun"]),
  ".venv": new Set(["pip", "uv", "poetry", "pipenv"]),
  venv: new Set(["pip", "uv", "poetry", "pipenv"]),
  target: new Set(["cargo", "mvn", "gradle"]),
};

/** Patterns for what is really there and has no use in the image; what an instruction names is left alone. */
function junkIn(subject: Subject, root: ContextFolder): Junk[] {
  const ran = new Set(subject.steps.flatMap((s) => s.ran.map((r) => (/^pip\d/.test(r.name) ? "pip" : r.name))));
  const named = subject.steps.flatMap(({ instruction: i }) =>
    i.keyword === "COPY" || i.keyword === "ADD" ? (i.exec ?? i.args).slice(0, -1).map((a) => `/${a.text.replace(/^\.?\//, "")}`) : [],
  );
  const isNamed = (name: string): boolean => named.some((path) => isWithin(path, `/${name}`));
  const found: Junk[] = [];
  for (const [name, node] of root.children) {
    const anew = madeAnew[name];
    const wanted =
      always.includes(name) || (anew !== undefined && [...anew].some((tool) => ran.has(tool))) || name.endsWith(".log") || name === ".env";
    if (wanted && !isNamed(name)) found.push({ pattern: name, bytes: bytesOf(node) });
  }
  const cached = bytesNamed(root, "__pycache__");
  if (cached > 0) found.push({ pattern: "**/__pycache__", bytes: cached });
  return found;
}

const bytesOf = (node: ContextNode): number => (node.kind === "link" ? 0 : node.bytes);

/** Everything in folders of this name, wherever they lie. */
function bytesNamed(folder: ContextFolder, wanted: string): number {
  let bytes = 0;
  for (const [name, node] of folder.children) if (node.kind === "folder") bytes += name === wanted ? node.bytes : bytesNamed(node, wanted);
  return bytes;
}
