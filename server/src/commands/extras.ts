// What installers bring along by default, though nobody named it and a flag leaves it out.
import { isImage } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { contentAt, find } from "../image/files.ts";
import { typical, unknown } from "../image/size.ts";
import { listsFetched } from "./apt.ts";
import { setting } from "./cache.ts";
import { type Call, homeOf, pathOf } from "./call.ts";
import { recommendersOf } from "./rpm-recommends.ts";
import { makesDocuments } from "./which-ruby.ts";

export interface Extra {
  /** Its entries' ids begin so. */
  readonly id: string;
  readonly what: string;
  /** Which is one thing: "it comes". */
  readonly isOne?: true;
  readonly flag: string;
  /** Words of the command that the flag goes behind; absent where it takes the place of `instead`. */
  readonly behind?: readonly string[];
  /** The word that asks for all of it; in a script of Python it stands in quotes. */
  readonly instead?: string;
  /** What may be missed. */
  readonly care: string;
  /** Without them the image can do less, whatever it runs: nothing to be done unseen. */
  readonly isAbility?: true;
  /** Its entries' ids name the packages that bring it, with a `|` between them. */
  readonly ofPackages?: true;
  /** In which image it is meant. */
  readonly meantIn?: "one that uses them" | "one for people" | "one for graphics cards" | "one for any browser";
}

const torchId = "extra-torch:";

const extras: readonly Extra[] = [
  {
    // dnf.conf(5), install_weak_deps; microdnf takes 0 and 1 alone, and ends at "False" (rpm-software-management/microdnf, dnf/dnf-main.c)
    id: "extra-dnf:",
    what: "Weak dependencies",
    flag: "--setopt=install_weak_deps=0",
    behind: ["install", "-y"],
    care: "name what is needed of them",
    ofPackages: true,
    meantIn: "one that uses them",
  },
  {
    // gem help install, --no-document
    id: "extra-gem:",
    what: "The gems' documentation",
    isOne: true,
    flag: "--no-document",
    behind: ["install", "update"],
    care: "nobody reads it in an image",
    meantIn: "one for people",
  },
  {
    // pytorch.org/get-started/locally: Linux wheels on PyPI are those for CUDA
    id: torchId,
    what: "CUDA's libraries",
    flag: "--extra-index-url https://download.pytorch.org/whl/cpu",
    behind: ["install"],
    care: "then it computes on the CPU only",
    isAbility: true,
    meantIn: "one for graphics cards",
  },
  {
    // playwright.dev/docs/browsers: without a name it installs Chromium, Firefox and WebKit
    id: "extra-playwright:",
    what: "Firefox and WebKit",
    flag: "chromium",
    behind: ["install"],
    care: "name the browser that is used",
    meantIn: "one for any browser",
  },
  {
    // nltk.org/data.html: `all` stands for every corpus, grammar and model; `popular` for those that most use
    id: "extra-nltk:",
    what: "NLTK's less popular corpora and models",
    flag: "popular",
    instead: "all",
    care: "or name those that are used",
  },
];

export const extraOf = (id: string): Extra | undefined => extras.find((extra) => id.startsWith(extra.id));

const extra = (path: string, id: string, what: string): Effect => ({
  do: "fill",
  path,
  entry: { id, kind: "unknown", what, size: unknown },
});

/** Whether a settings file says so; one whose text is not known is taken to. */
const says = (call: Call, path: string, text: RegExp): boolean =>
  find(call.state.root, path, true) !== undefined && text.test(call.textAt?.(path) ?? "install_weak_deps=0 no-document");

const noneWeak = (setopts: readonly string[]): boolean => setopts.some((s) => /^install_weak_deps=(?:0|false|no|off)$/i.test(s));
const noneWeakId = "dnf-setting:install_weak_deps=0";

/** `dnf config-manager --setopt=install_weak_deps=0 --save`, and dnf5's `dnf config-manager setopt install_weak_deps=0`, for all that comes behind. */
export const weakDependenciesOff = (settings: readonly string[]): Effect[] =>
  noneWeak(settings)
    ? [{ do: "fill", path: "/etc/dnf", entry: { id: noneWeakId, kind: "metadata", what: "dnf's settings", size: typical(30) } }]
    : [];

export function weakDependencies(call: Call, packages: readonly string[], setopts: readonly string[]): Effect[] {
  const off =
    noneWeak(setopts) ||
    contentAt(call.state.root, "/etc/dnf").of(noneWeakId).length > 0 ||
    says(call, "/etc/dnf/dnf.conf", /install_weak_deps\s*=\s*(?:0|false|no)/i);
  const known = off ? [] : recommendersOf(call.state, packages);
  return known.length === 0 ? [] : [extra("/", `extra-dnf:${known.join("|")}`, "weak dependencies")];
}

/** Who types Ruby reads its documentation by ri, as pry shows it. */
const readers = /^(?:pry|ri|rdoc|yard)\b/;

/** The official ruby images switch it off for all (docker-library/ruby, /usr/local/etc/gemrc), jruby's too. */
export function gemDocuments(call: Call, home: string, gems: readonly string[]): Effect[] {
  // bundler's own is little.
  const isLittle = gems.length > 0 && gems.every((g) => /^bundler(?::|$)/.test(g));
  const isOff = isLittle || !makesDocuments(call) || isImage(call.state.base, "ruby", "jruby") || gems.some((g) => readers.test(g));
  const homes = ["/root", homeOf(call)].flatMap((folder) => [`${folder}/.gemrc`, `${folder}/.config/gem/gemrc`]);
  const told = ["/etc/gemrc", "/usr/local/etc/gemrc", setting(call, "GEMRC") ?? "/etc/gemrc", ...homes];
  const off = told.some((path) => says(call, pathOf(call, path), /no-(?:document|ri|rdoc)/));
  return isOff || off ? [] : [extra(home, `extra-gem:${gems.join(" ")}`, "documentation of gems")];
}

const torch = /^(?:torch|torchvision|torchaudio)(?:$|[[<>=~!@; ])/;
/** Packages that compute on a graphics card only, or are built for one. */
const forCards =
  /^(?:nvidia-|cupy|triton|xformers|bitsandbytes|flash[-_]attn|vllm|deepspeed|accelerate$|peft$|apex|tensorrt|onnxruntime-gpu|auto-?gptq|cuda-)/i;

/** What files of requirements name, as far as their text is at hand: names, and options of an index. A hash would fit no other wheel. */
export function required(call: Call, files: readonly string[]): { packages: string[]; isPinned: boolean; indexes: string[] } {
  const lines = files.flatMap((f) => (call.textAt?.(pathOf(call, f)) ?? "").split(/\r?\n/).map((line) => line.trim()));
  return {
    packages: lines.filter((line) => /^[\w.-]/.test(line) && !line.startsWith("-")),
    isPinned: lines.some((line) => line.includes("--hash=")),
    indexes: lines.filter((line) => /^(?:-i|-f|--(?:extra-)?index-url|--find-links)\b/.test(line)),
  };
}

/** What is there already, or is set, says that it is for a graphics card, or has torch: then its libraries are meant, or came before. */
function hasCuda({ state: { base, root, env } }: Call, place: string): boolean {
  const says = /cuda|cudnn|nvidia|torch|rocm|\bgpu\b/i;
  return (
    says.test(base?.name ?? "") ||
    [...root.content, ...contentAt(root, place)].some((e) => says.test(e.id) && !e.id.startsWith(torchId)) ||
    [...env].some(([name, value]) => says.test(`${name}=${value.text}`))
  );
}

/** Of a release that is that old the index of those for the CPU has wheels of the same name: pip may take either. */
const isOld = (wanted: string): boolean => /^torch\s*(?:==|~=|<=?)\s*(?:0\.|1\.[0-2](?!\d))/.test(wanted);

const isDistribution = /(?:^|\/)(?:debian|ubuntu|fedora|centos|rockylinux|almalinux|oraclelinux|amazonlinux|opensuse|openeuler)\b/;

/** On a base that is made for CUDA it is meant; of what nobody knows nobody can tell. Its wheels are not for musl. */
export function cudaLibraries(
  call: Call,
  place: string,
  named: readonly string[],
  indexes: readonly string[],
  files: readonly string[],
): Effect[] {
  const listed = required(call, files);
  const packages = [...named, ...listed.packages];
  const ofTorch = packages.filter((p) => torch.test(p) && !/@\s*\w+:/.test(p));
  if (ofTorch.length === 0) return [];
  const { name = "", standardLayout, os } = call.state.base ?? {};
  const isMeant =
    (standardLayout !== true && !isDistribution.test(name)) ||
    os?.id === "alpine" ||
    listed.isPinned ||
    call.args.some((a) => a.text === "--no-deps") ||
    hasCuda(call, place) ||
    [...indexes, ...listed.indexes].some((url) => /\/whl\b/.test(url)) ||
    packages.some((p) => /\+(?:cpu|cu\d|rocm)|\/whl\/|torch\S*\.whl\b/.test(p) || forCards.test(p) || isOld(p));
  return isMeant ? [] : [extra(place, `${torchId}${ofTorch.join(" ")}`, "CUDA's libraries")];
}

/** `python -m nltk.downloader -d /data all`, and the same as a line of Python. Undefined where it is neither. */
export function nltk(call: Call, words: readonly string[]): Effect[] | undefined {
  const [first = "", ...rest] = words;
  // Code that does nothing else.
  const inCode = /^\s*(?:import nltk|from nltk import download)\s*;\s*(?:nltk\.)?download\(\s*(["'])([\w-]+)\1\s*\)\s*;?\s*$/.exec(
    first,
  )?.[2];
  if (inCode === undefined && first !== "nltk.downloader") return undefined;
  const names = inCode === undefined ? rest.filter((w, i) => !w.startsWith("-") && !/^-[ds]$/.test(rest[i - 1] ?? "")) : [inCode];
  const folder = rest.find((_, i) => rest[i - 1] === "-d") ?? call.variable("NLTK_DATA")?.text ?? `${homeOf(call)}/nltk_data`;
  const path = pathOf(call, folder);
  const isAll = names.includes("all");
  const kept = names.map((n) => (n === "all" ? "popular" : n)).join(" ");
  return [
    { do: "fill", path, entry: { id: `nltk:${kept}`, kind: "package", what: `NLTK's ${kept}`, size: unknown } },
    ...(isAll ? [extra(path, "extra-nltk:", "NLTK's less popular corpora and models")] : []),
  ];
}

/** `playwright`, by itself or as what npx, yarn, pnpm or python -m start: `npx playwright@1.48`. */
const isPlaywright = (word: string): boolean => /^playwright(?:@[\w.^~-]+)?$/.test(word);

/** It has apt bring what browsers need. */
export const bringsForBrowsers = ({ name, args }: Pick<Call, "name" | "args">): boolean => {
  const words = [name, ...args.map((a) => a.text)];
  const behind = words.slice(words.findIndex(isPlaywright) + 1);
  return words.some(isPlaywright) && (behind.includes("install-deps") || (behind.includes("install") && behind.includes("--with-deps")));
};

/** What a browser needs comes by apt, behind an update (playwright's registry/dependencies). */
const packagesForBrowsers = (call: Call): Effect[] => [
  { do: "unknown", id: "command:playwright install-deps", what: "packages that the browsers need" },
  ...listsFetched(call),
];

/** What a manager of packages starts: `npx -y playwright install`, `pnpm exec playwright install-deps`. */
export const startedPlaywright = (call: Call): readonly Effect[] | undefined =>
  call.args.some((a) => isPlaywright(a.text)) ? playwright(call) : undefined;

/** `playwright install`, `npx playwright install`, `python -m playwright install`: all its browsers, where none is named. Undefined for its other verbs. */
export function playwright(call: Call): readonly Effect[] | undefined {
  const words = call.args.map((a) => a.text).filter((text) => !text.startsWith("-"));
  const [verb, ...browsers] = words.slice(words.findIndex(isPlaywright) + 1);
  if (verb === "install-deps") return packagesForBrowsers(call);
  if (verb !== "install") return undefined;
  const folder = call.variable("PLAYWRIGHT_BROWSERS_PATH")?.text ?? `${homeOf(call)}/.cache/ms-playwright`;
  const isThere = /(?:^|\/)playwright(?:[/:]|$)/.test(call.state.base?.name ?? "");
  const named = browsers.length > 0 ? browsers : ["chromium"];
  const installed: Effect = {
    do: "fill",
    path: pathOf(call, folder),
    entry: { id: `playwright:${named.join(" ")}`, kind: "package", what: named.join(" "), size: unknown },
  };
  const packages = call.args.some((a) => a.text === "--with-deps") ? packagesForBrowsers(call) : [];
  return [
    installed,
    ...packages,
    ...(browsers.length > 0 || isThere ? [] : [extra(pathOf(call, folder), "extra-playwright:", "Firefox and WebKit")]),
  ];
}
