import { visibleContext } from "../build/subject.ts";
import { ignoring } from "../edits/ignore-file.ts";
import type { ContextFolder } from "../image/context.ts";
import { mentionsName } from "../queries/junk.ts";
import { againWhere, copyOfWhole, wholeContext } from "../queries/whole-context.ts";
import { formatBytes } from "../topics/bytes.ts";
import { formatSaving } from "../topics/gain.ts";
import { listed } from "../topics/lists.ts";
import type { Rule } from "./rule.ts";

export const contextBigFile: Rule = {
  id: "context-big-file",
  summary: "A big data file is copied with the rest of the build context",
  why:
    "A table, a dump, a video or an archive that lies beside the source goes into the image with `COPY .`, though nothing in the Dockerfile names it. What the program needs at run time is better mounted or fetched; " +
    "what it does not need belongs into the `.dockerignore`. Files of 10 MB and more are named here.",
  about: "bytes",
  example: {
    before: 'FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n',
    after: 'FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n',
    context: { "app.py": 4000, "data/train.csv": 120_000_000 },
    ignore: ".git\n",
    creates: [".dockerignore"],
  },
  *check(subject) {
    const { context } = subject.world;
    const step = copyOfWhole(subject);
    if (!context || !step) return;
    const files = bigFilesIn(visibleContext(subject)).filter(({ path }) => !mentionsName(subject, path));
    if (files.length === 0) return;
    const { start, end } = wholeContext(step) ?? step.instruction.keywordSpan;
    const paths = files.map((f) => f.path);
    yield {
      span: { start, end },
      message: (saving) =>
        `${listed(files.slice(0, 3).map((f) => `${f.path} (${formatBytes(f.bytes)})`))} ${files.length > 1 ? "are" : "is"} copied with the rest${againWhere(subject, step)}, and no line names ${files.length > 1 ? "them" : "it"}. Left out: ${formatSaving(saving)} less.`,
      fixes: [
        { title: `Leave ${listed(paths)} out of the build context`, safety: "review", edits: [], creates: [ignoring(context, paths)] },
      ],
    };
  },
};

/** In bytes: what the issue of data in images calls big. */
const big = 10_000_000;
/** Tables, dumps, media, disks, archives: what a program reads at run time, if at all. Libraries and models are not among them. */
const data =
  /\.(?:[ct]sv|jsonl|ndjson|parquet|feather|arrow|avro|orc|xlsx?|sql|dump|bak|zip|tar|t?gz|tgz|bz2|xz|zst|7z|rar|mp4|mov|avi|mkv|webm|wav|psd|ai|iso|img|vmdk|qcow2|pcap|log|hprof|heapsnapshot|dmp)$/i;
/** These have rules of their own, or are what the build makes. */
const others = /^(?:\.git|node_modules|\.?venv|vendor|target|dist|build|\.hg|\.svn)$/;

const known = new WeakMap<ContextFolder, readonly BigFile[]>();

interface BigFile {
  readonly path: string;
  readonly bytes: number;
}

/** The biggest first. Folders that are smaller than one such file are not looked into. */
function bigFilesIn(root: ContextFolder): readonly BigFile[] {
  const found = known.get(root) ?? [...filesIn(root, "")].sort((a, b) => b.bytes - a.bytes).slice(0, 20);
  known.set(root, found);
  return found;
}

function* filesIn(folder: ContextFolder, at: string): Generator<BigFile> {
  for (const [name, node] of folder.children) {
    const path = at === "" ? name : `${at}/${name}`;
    if (node.kind === "link" || node.bytes < big || others.test(name)) continue;
    if (node.kind === "folder") yield* filesIn(node, path);
    else if (data.test(name)) yield { path, bytes: node.bytes };
  }
}
