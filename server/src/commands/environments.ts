import { partsOfName } from "../image/base.ts";
import type { Effect } from "../image/effects.ts";
import { find } from "../image/files.ts";
import type { State } from "../image/model.ts";
import { typical, unknown } from "../image/size.ts";
import { packagesOf } from "./apt-installed.ts";
import { filled, setting } from "./cache.ts";
import { type Call, type Handler, options, pathOf } from "./call.ts";

// Virtual environments of Python: how they are made, and which one a command works in.

/** Of one made here, or one that was copied. */
function isEnvironment({ root }: State, folder: string): boolean {
  const node = find(root, folder, true);
  return node?.type === "folder" && (node.children.has("pyvenv.cfg") || node.content.some((e) => e.id.startsWith("venv:")));
}

/** Whose programs come first in PATH. */
const active = (call: Call): string | undefined =>
  (call.variable("PATH")?.text ?? "")
    .split(":")
    .flatMap((folder) => /^(\/.+)\/bin\/?$/.exec(folder)?.[1] ?? [])
    .find((folder) => isEnvironment(call.state, folder));

/** Where pip installs: `/opt/venv/bin/pip` into /opt/venv, as `pip` does behind `ENV PATH=/opt/venv/bin:$PATH`. */
export function environmentOf(call: Call): string {
  const at = /^(.*)\/bin\/[^/]+$/.exec(call.name)?.[1];
  return at === undefined ? (active(call) ?? "/usr") : pathOf(call, at);
}

/** uv looks for one of its own accord, unless it is told to take the system's. */
export function uvEnvironment(call: Call): string {
  if (options(call.args).has("--system") || /^(?:1|true)$/i.test(setting(call, "UV_SYSTEM_PYTHON") ?? "")) return "/usr";
  const told = setting(call, "VIRTUAL_ENV");
  const near = pathOf(call, ".venv");
  return told !== undefined ? pathOf(call, told) : (active(call) ?? (isEnvironment(call.state, near) ? near : "/usr"));
}

/** A new environment without pip: the scripts that activate it, and its settings. Python 3.11. */
const activation = 14_251;
/** With the pip that Debian ships for it, on 12 setuptools too, and all of it compiled: installs of November 2026. */
const ofDebian: Readonly<Record<string, number>> = { bookworm: 21_617_880, trixie: 10_281_716 };
/** With the pip, and up to 3.11 the setuptools, that come with Python itself: 3.8.18, 3.9.18, 3.10.13, 3.11.7 and 3.13.0, November 2026. */
const ofPython: readonly number[] = [15_239_879, 15_433_931, 18_328_570, 22_346_512, 10_943_284];

/** What a fresh one holds; undefined where nobody knows. */
function fresh(call: Call): number | undefined {
  const all = packagesOf(call);
  if ([...(all?.present ?? [])].some((name) => /^python3(?:\.\d+)?-venv$/.test(name))) return ofDebian[all?.release.name ?? ""];
  const { base } = call.state;
  const { image, major, minor } = partsOfName(base?.name);
  if (base?.standardLayout !== true || image !== "python" || major !== 3 || minor === undefined) return undefined;
  return minor >= 8 ? ofPython[Math.min(minor - 8, ofPython.length - 1)] : undefined;
}

/** `python3 -m venv /opt/venv`. */
export const venv: Handler = (call) => {
  const o = options(call.args, "--prompt");
  // The program itself copied, or pip and others from the network.
  const bytes = o.has("--copies", "--upgrade-deps") ? undefined : o.has("--without-pip") ? activation : fresh(call);
  return o.operands.map((folder) => made(call, folder.text, bytes));
};

const made = (call: Call, folder: string, bytes?: number): Effect =>
  filled(pathOf(call, folder), `venv:${folder}`, "package", "a virtual environment", bytes === undefined ? unknown : typical(bytes));

const virtualenv: Handler = (call) =>
  options(call.args, "p --python --prompt --app-data --extra-search-dir").operands.map((a) => made(call, a.text));

/** `uv venv`; where there is no Python yet, it fetches one. */
export const uvVenv = (call: Call, folder: string): Effect => made(call, folder);

/** `. /opt/venv/bin/activate`: nothing is written. */
const activate: Handler = (call) => {
  const script = call.args[0]?.text ?? "";
  const folder = /^(.+)\/bin\/activate$/.exec(pathOf(call, script))?.[1];
  if (folder === undefined || !isEnvironment(call.state, folder)) return undefined;
  const path = `${folder}/bin:${call.variable("PATH")?.text ?? "/usr/local/bin:/usr/bin:/bin"}`;
  const set = (name: string, text: string): Effect => ({ do: "set", name, value: { text, known: true } });
  return [set("VIRTUAL_ENV", folder), set("PATH", path)];
};

export const environmentCommands: Record<string, Handler> = { virtualenv, ".": activate, source: activate };
