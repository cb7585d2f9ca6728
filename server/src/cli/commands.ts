import { thresholds } from "../topics/fail-on.ts";
import type { Arguments, Flags } from "./arguments.ts";
import type { ExitCode } from "./output.ts";

export interface Command {
  readonly summary: string;
  /** Behind its name. */
  readonly operands: string;
  /** More to know, for its help. */
  readonly details?: string;
  readonly flags: Flags;
  /** Loaded only when it is called: nothing starts slower for the others. */
  load(): Promise<{ run(args: Arguments): Promise<ExitCode> }>;
}

/** How a Dockerfile is looked at. */
const asked: Flags = {
  target: { value: "STAGE", help: "the stage that is built; else the last one" },
  "build-arg": { value: "K=V", repeated: true, help: "a build argument; may be given several times" },
  context: { value: "DIR", help: "the build context; else it is found by what COPY names" },
  config: { value: "FILE", help: 'settings; else .ballastrc.json, or "ballast" in package.json' },
  "stdin-name": { value: "NAME", help: "what standard input is called in the report" },
};

export const commands: Readonly<Record<string, Command>> = {
  check: {
    summary: "show what wastes bytes in Dockerfiles, and fix it",
    operands: "[PATH|-]...",
    details: [
      "A folder is searched for Dockerfiles; without PATH it is the current one. - reads one",
      'Dockerfile from standard input; with --format ndjson it reads lines {"file", "text"}',
      "and answers each with a line. A SIZE is 0, 1500000, 100kB, 1MB or 1.2GB.",
      "Fixes to review are applied where they are on offer before anything is changed;",
      "one that only arises through another is reported.",
    ].join("\n"),
    flags: {
      format: { value: "FORMAT", choices: ["text", "json", "ndjson", "sarif", "github"], help: "text, json, ndjson, sarif or github" },
      ...asked,
      fix: { help: "apply the safe fixes" },
      "unsafe-fixes": { help: "with --fix or --diff: those to be reviewed, too, but for a swap to another C library" },
      diff: { help: "show what the fixes would change, and change nothing" },
      "min-saving": { value: "SIZE", help: "the smallest saving that is reported; 100kB by default" },
      "fail-on": {
        value: "LEVEL",
        choices: thresholds,
        help: "exit code 1 from this level on: hint (the default), info, warning, error; or never",
      },
      budget: { value: "SIZE", help: "the most that an image may weigh: more is a finding of level error" },
    },
    load: () => import("./check.ts"),
  },
  layers: {
    summary: "show the layers of a Dockerfile and their bytes",
    operands: "[PATH|-]",
    flags: {
      format: { value: "FORMAT", choices: ["text", "json", "html"], help: "text, json, or html: a page with the layer preview" },
      ...asked,
    },
    load: () => import("./layers.ts"),
  },
  apply: {
    summary: "rewrite a Dockerfile: merge RUNs, make it multi-stage, change its base",
    operands: "ID PATH",
    details: "The new text goes to standard output, unless --write puts it in the file's place.",
    flags: {
      write: { help: "change the file" },
      line: { value: "N", help: "the place, where there is more than one; else the first" },
      ...asked,
    },
    load: () => import("./apply.ts"),
  },
  diff: {
    summary: "show what a change of a Dockerfile adds to its image, or takes from it",
    operands: "OLD NEW",
    details: "Two Dockerfiles; - for one of them reads standard input (git show HEAD:Dockerfile).",
    flags: {
      format: { value: "FORMAT", choices: ["text", "json", "markdown"], help: "text, json or markdown" },
      "max-growth": { value: "SIZE", help: "exit code 1 if the image grows by more than this" },
      ...asked,
    },
    load: () => import("./diff.ts"),
  },
  rules: {
    summary: "list the rules",
    operands: "",
    flags: { format: { value: "FORMAT", choices: ["text", "json", "markdown"], help: "text, json or markdown" } },
    load: () => import("./rules.ts"),
  },
  explain: { summary: "say why a rule is one, with an example", operands: "RULE", flags: {}, load: () => import("./explain.ts") },
  lsp: {
    summary: "start the language server, for an editor",
    operands: "--stdio",
    flags: { stdio: { help: "talk over standard input and output" } },
    load: () => import("./lsp.ts"),
  },
};
