import { isAbsolute, join } from "node:path";
import { defaultMinSaving } from "../analyze.ts";
import type { Level } from "../protocol.ts";
import { parseBytes } from "../topics/bytes.ts";
import type { Config, Wishes } from "./disk/config.ts";

/** The user's settings under "ballast", checked: what makes no sense is left out. */
export interface EditorSettings {
  readonly minSaving?: number;
  readonly budget?: number;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly rules?: Readonly<Record<string, Level | "off">>;
  /** The build context's folder, absolute. */
  readonly context?: string;
  readonly inlayHints: boolean;
  readonly codeLens: boolean;
}

const levels: Readonly<Record<string, Level | "off">> = { error: "error", warning: "warning", info: "info", hint: "hint", off: "off" };
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const fieldsOf = (value: unknown): [string, unknown][] => (isObject(value) && !Array.isArray(value) ? Object.entries(value) : []);

export function readSettings(value: unknown, workspace: string | undefined): EditorSettings {
  const given = isObject(value) ? value : {};
  const text = (name: string): string | undefined => {
    const found = given[name];
    return typeof found === "string" && found !== "" ? found : undefined;
  };
  const minSaving = parseBytes(String(given.minSaving ?? ""));
  const budget = parseBytes(String(given.budget ?? ""));
  const target = text("target");
  const context = text("context");
  const rules = fieldsOf(given.rules).flatMap(([rule, name]) => {
    const level = typeof name === "string" && Object.hasOwn(levels, name) ? levels[name] : undefined;
    return level ? [[rule, level] as const] : [];
  });
  const buildArgs = fieldsOf(given.buildArgs).map(([name, arg]) => [name, String(arg)] as const);
  return {
    // An editor hands over its default too, and that is no wish of the user's.
    ...(minSaving !== undefined && minSaving !== defaultMinSaving && { minSaving }),
    ...(budget !== undefined && { budget }),
    ...(target !== undefined && { target }),
    ...(buildArgs.length > 0 && { buildArgs: Object.fromEntries(buildArgs) }),
    ...(rules.length > 0 && { rules: Object.fromEntries(rules) }),
    // Relative to the workspace; without one there is nothing that it could be relative to.
    ...(context !== undefined && (workspace !== undefined || isAbsolute(context)) && { context: join(workspace ?? "", context) }),
    inlayHints: given.inlayHints !== false,
    codeLens: given.codeLens !== false,
  };
}

/** The editor's settings, else the project's. */
export function wishesOf(editor: EditorSettings, project: Config): Wishes {
  const target = editor.target ?? project.target;
  const context = editor.context ?? project.context;
  const minSaving = editor.minSaving ?? project.minSaving;
  const budget = editor.budget ?? project.budget;
  return {
    settings: { ...(minSaving !== undefined && { minSaving }), rules: { ...project.rules, ...editor.rules } },
    buildArgs: { ...project.buildArgs, ...editor.buildArgs },
    ...(target !== undefined && { target }),
    ...(context !== undefined && { context }),
    ...(budget !== undefined && { budget }),
  };
}
