import { type Subject, stepsOn } from "../build/subject.ts";
import { mountsOf } from "../dockerfile/mounts.ts";
import { contextText } from "../image/files.ts";
import type { Stage } from "../image/model.ts";
import { absolute, basename, join } from "../image/paths.ts";
import { fieldsOf, parsed } from "../sizes/installed/project.ts";

// The versions of a language that a project itself asks for: its package manager refuses to run on any other.

/** What is not to be moved to unseen: `Gemfile asks for ruby 3.2.2`, where that surely is not the line, or nobody can tell. */
export function wantsOther(subject: Subject, stage: Stage, image: string, line: string): string[] {
  const project = Object.hasOwn(projects, image) ? projects[image] : undefined;
  if (!project) return [];
  return project.manifests.flatMap((manifest) => {
    const texts = textsOf(subject, stage, manifest.file);
    return texts.flatMap((text) => {
      const wanted = manifest.wanted(text, (file) => textsOf(subject, stage, file)[0]);
      if (wanted === undefined) return [];
      const admitted = wanted === "" ? undefined : admits(wanted, line, project.wide);
      if (admitted === true) return [];
      return [admitted === false ? `${manifest.file} asks for ${image} ${wanted}` : `${manifest.file} names a version of ${image}`];
    });
  });
}

interface Manifest {
  readonly file: string;
  /** The range as it is written; empty where one is named that cannot be read here, undefined where none is. */
  wanted(text: string, read: (file: string) => string | undefined): string | undefined;
}

interface Project {
  readonly manifests: readonly Manifest[];
  /** `~3.2` goes on to the next of the first number. */
  readonly wide: boolean;
}

/** The string that a key has, behind these other keys. */
const inJson =
  (...keys: readonly string[]) =>
  (text: string): string | undefined => {
    const value = keys.reduce<unknown>((at, key) => fieldsOf(at)?.[key], parsed(text));
    return typeof value === "string" ? value.trim() : undefined;
  };

/** The string of a key in one of TOML's tables. */
const inToml =
  (table: string, key: string) =>
  (text: string): string | undefined => {
    let at = "";
    for (const line of text.split(/\r?\n/)) {
      at = /^\s*\[\s*([^[\]]+?)\s*\]/.exec(line)?.[1] ?? at;
      const [, name, value] = /^\s*([\w-]+)\s*=\s*(.*)$/.exec(line) ?? [];
      if (at === table && name === key) return /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(value ?? "")?.[2]?.trim() ?? "";
    }
    return undefined;
  };

/** `ruby "~> 3.2", ">= 3.2.1"` or `ruby file: ".ruby-version"`. */
function inGemfile(text: string, read: (file: string) => string | undefined): string | undefined {
  const [, said] = /^[ \t]*ruby[ \t(]+([^#\n]*)/m.exec(text) ?? [];
  if (said === undefined) return undefined;
  const [, file] = /^file:\s*["']([\w./-]+)["']/.exec(said) ?? [];
  if (file !== undefined)
    return (
      read(file)
        ?.trim()
        .replace(/^ruby-/, "") ?? ""
    );
  return /^((["'])[^"']*\2)(?:\s*,\s*(["'])[^"']*\3)*/.exec(said)?.[0].replace(/["']/g, "") ?? "";
}

const projects: Readonly<Record<string, Project>> = {
  node: { wide: false, manifests: [{ file: "package.json", wanted: inJson("engines", "node") }] },
  ruby: { wide: true, manifests: [{ file: "Gemfile", wanted: inGemfile }] },
  php: {
    wide: true,
    // Composer takes what its file says it is to run on for the version, whatever it does run on.
    manifests: [{ file: "composer.json", wanted: (text) => inJson("config", "platform", "php")(text) ?? inJson("require", "php")(text) }],
  },
  python: {
    wide: false,
    manifests: [
      {
        file: "pyproject.toml",
        wanted: (text) => inToml("project", "requires-python")(text) ?? inToml("tool.poetry.dependencies", "python")(text),
      },
      { file: "Pipfile", wanted: (text) => inToml("requires", "python_version")(text) ?? inToml("requires", "python_full_version")(text) },
    ],
  },
};

/** What lies under this name where the stage works, or is mounted there. */
function textsOf(subject: Subject, stage: Stage, file: string): string[] {
  const { context } = subject.world;
  const found = stepsOn(subject, stage).flatMap(({ after, instruction }) => {
    const mounted = mountsOf(instruction).flatMap(({ type, from, source = "", target = "" }) => {
      if (type !== "bind" || from !== undefined) return [];
      if (basename(target) === file) return context?.readText?.(source) ?? [];
      return absolute(target, after.cwd) === after.cwd ? (context?.readText?.(join(source, file)) ?? []) : [];
    });
    return [contextText(after.root, join(after.cwd, file), context) ?? [], mounted].flat();
  });
  return [...new Set(found)];
}

type Version = readonly number[];

/** Of a version with these numbers and any behind them: the first that comes after all of them. */
const behind = (version: Version): Version => version.map((n, i) => (i === version.length - 1 ? n + 1 : n));

function isLess(a: Version, b: Version): boolean {
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i).find((i) => (a[i] ?? 0) !== (b[i] ?? 0));
  return at !== undefined && (a[at] ?? 0) < (b[at] ?? 0);
}

/** From the first on, up to the second, which is no part of it. */
interface Range {
  readonly from: Version;
  readonly to: Version;
}

const endless: Version = [Number.POSITIVE_INFINITY];

/** Longer ones nobody reads in a title. */
const longest = 40;

/** Whether some version of the line is in the range; undefined for a form that is not plain. */
function admits(wanted: string, line: string, wide: boolean): boolean | undefined {
  if (wanted.length > longest) return undefined;
  const own = line.split(".").map(Number);
  const sides = wanted.split(/\s*\|\|?\s*/).map((side) => {
    const parts = side
      .replace(/(\S+)\s+-\s+(\S+)/, ">=$1 <=$2")
      .replace(/([<>=~^!])\s+/g, "$1")
      .split(/[\s,]+/);
    return parts.map((part) => rangeOf(part, wide));
  });
  if (own.some(Number.isNaN) || sides.flat().some((range) => range === undefined)) return undefined;
  return sides.some((side) => isSome([{ from: own, to: behind(own) }, ...side.flatMap((range) => range ?? [])]));
}

/** Whether some version is in all of them. */
const isSome = (ranges: readonly Range[]): boolean => ranges.every(({ from }) => ranges.every(({ to }) => isLess(from, to)));

function rangeOf(part: string, wide: boolean): Range | undefined {
  if (/^[*xX]$/.test(part)) return { from: [0], to: endless };
  const [, operator = "", digits] = /^(===?|[<>]=?|!=|~>|~=|~|\^|=|)v?(\d+(?:\.\d+){0,3})(?:\.[*xX])*$/.exec(part) ?? [];
  if (digits === undefined) return undefined;
  const from = digits.split(".").map(Number);
  switch (operator) {
    case ">":
    case ">=":
      return { from, to: endless };
    case "<":
      return { from: [0], to: from };
    case "<=":
      return { from: [0], to: behind(from) };
    case "!=":
      return { from: [0], to: endless };
    case "^":
      return { from, to: behind(from.slice(0, 1)) };
    case "~":
      return { from, to: behind(from.slice(0, wide ? Math.max(1, from.length - 1) : 2)) };
    case "~>":
    case "~=":
      return { from, to: behind(from.slice(0, Math.max(1, from.length - 1))) };
    default:
      return { from, to: behind(from) };
  }
}
