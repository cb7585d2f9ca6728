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

const asked: Flags = {
  target: { value: "STAGE", help: "The stage that is built; else the last one." },
  "build-arg": { value: "K=V", repeated: true, help: "A build argument; may be given several times." },
  context: { value: "DIR", help: "The build context; else it is found by what COPY names." },
  config: { value: "FILE", help: 'Settings; else .ballastrc.json, or "ballast" in package.json.' },
  "stdin-name": { value: "NAME", help: "What standard input is called in the report." },
};

export const commands: Readonly<Record<string, Command>> = {
  check: {
    summary: "Show what wastes bytes in Dockerfiles, and fix it.",
    operands: "[PATH|-]...",
    details:
      'A folder is searched for Dockerfiles; without PATH it is the current one. - reads a\nDockerfile from standard input; with --format ndjson it reads lines {"file", "text"}.',
    flags: {
      format: { value: "FORMAT", choices: ["text", "json", "ndjson"], help: "text (the default), json or ndjson." },
      ...asked,
      "min-saving": { value: "SIZE", help: "The smallest saving that is reported: 100kB by default." },
    },
    load: () => import("./check.ts"),
  },
  layers: {
    summary: "Show the layers of a Dockerfile and their bytes.",
    operands: "[PATH|-]",
    flags: { format: { value: "FORMAT", choices: ["json"], help: "json." }, ...asked },
    load: () => import("./layers.ts"),
  },
};
