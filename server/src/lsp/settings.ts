import { isAbsolute, join } from "node:path";
import type { Level } from "../protocol.ts";
import { parseBytes } from "../topics/bytes.ts";

/** The user's settings under "ballast", checked: what makes no sense is left out. */
export interface EditorSettings {
  readonly minSaving?: number;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly rules?: Readonly<Record<string, Level | "off">>;
  /** The build context's folder, absolute. */
  readonly context?: string;
  readonly inlayHints: boolean;
  readonly codeLens: boolean;
}

const levels = new Set(["error", "warning", "info", "hint", "off"]);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

export function readSettings(value: unknown, workspace: string | undefined): EditorSettings {
  const given = isObject(value) ? value : {};
  const text = (name: string): string | undefined => {
    const found = given[name];
    return typeof found === "string" && found !== "" ? found : undefined;
  };
  const minSaving = parseBytes(text("minSaving") ?? "");
  const target = text("target");
  const context = text("context");
  const rules = isObject(given.rules)
    ? Object.entries(given.rules).filter((e): e is [string, Level | "off"] => levels.has(String(e[1])))
    : [];
  const args = isObject(given.buildArgs) ? Object.entries(given.buildArgs).map(([name, arg]) => [name, String(arg)] as const) : [];
  return {
    ...(minSaving !== undefined && { minSaving }),
    ...(target !== undefined && { target }),
    ...(args.length > 0 && { buildArgs: Object.fromEntries(args) }),
    ...(rules.length > 0 && { rules: Object.fromEntries(rules) }),
    ...(context !== undefined && { context: isAbsolute(context) ? context : join(workspace ?? ".", context) }),
    inlayHints: given.inlayHints !== false,
    codeLens: given.codeLens !== false,
  };
}
