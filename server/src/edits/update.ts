import { aptCallsOf } from "../commands/apt-call.ts";
import type { Dockerfile } from "../dockerfile/instruction.ts";
import type { Ran, Step } from "../image/model.ts";
import { whyNoUpdate } from "../queries/apt-settings.ts";
import { isLiteral } from "../shell/words.ts";
import type { Edit } from "../text.ts";
import { insertBefore, isForgiving, withoutCommand } from "./chain.ts";
import { privilegeOf } from "./removal.ts";

/** The update of a RUN taken out; a comment of the shell's own would go with it. */
export function withoutUpdate(file: Dockerfile, step: Step): Edit[] | undefined {
  const [update] = aptCallsOf(step);
  const removal = /\s#/.test(step.instruction.rest.text) ? undefined : withoutCommand(file, step, update?.ran.command);
  return removal && [removal];
}

/**
 * The update of one RUN, put before a command of another: with its own options, the rights of the command it goes to, and its failure
 * forgiven as it was. Undefined where that cannot be said in one line.
 */
export function updateBefore(file: Dockerfile, from: Step, update: Ran, to: Step, user: Ran): Edit | undefined {
  const { command } = update;
  if (!command || !user.command || !from.script || whyNoUpdate(from, to)) return undefined;
  const words = update.words.map((word) => word.raw);
  const ways = waysOf(file, user);
  const own = command.assignments.flatMap((a) => (ways.names.has(a.name) ? [] : file.text.slice(a.start, a.end)));
  const parts = [...command.words, ...command.assignments.flatMap((a) => a.value ?? [])];
  if (!parts.every(isLiteral) || command.redirects.some((r) => r.heredoc) || words.length === 0) return undefined;
  const redirects = command.redirects.map((r) => file.text.slice(r.start, r.end));
  const text = [...own, ...ways.before, ...privilegeOf(user), ...ways.behind, ...words, ...optionsOf(user, words), ...redirects].join(" ");
  if (text.includes("\n")) return undefined;
  return insertBefore(file, to, user.command, isForgiving(from.script, command) ? `( ${text} || true )` : text);
}

/** What apt and its methods read of the environment as they fetch (apt-transport-http(1), apt.conf(5)). */
const isWay = (name: string): boolean => /^(?:\w+_proxy|APT_CONFIG)$/i.test(name);

/** By which way a command of apt fetches: set for it by the shell, or by sudo or env before its name. */
function waysOf(file: Dockerfile, { command, words: [name] }: Ran): { names: Set<string>; before: string[]; behind: string[] } {
  const set = command?.assignments.filter((a) => isWay(a.name)) ?? [];
  const wrapping = command?.words.slice(0, Math.max(0, name ? command.words.indexOf(name) : 0)) ?? [];
  const behind = wrapping.map((w) => w.raw).filter((raw) => /^\w+=/.test(raw) && isWay(raw.split("=", 1)[0] ?? ""));
  const names = new Set([...set.map((a) => a.name), ...behind.map((raw) => raw.split("=", 1)[0] ?? "")]);
  return { names, before: set.map((a) => file.text.slice(a.start, a.end)), behind };
}

/** So of its options, as far as the update has not the same. */
function optionsOf({ words }: Ran, own: readonly string[]): string[] {
  const given = words.map((word) => word.raw);
  return given.flatMap((raw, i) => {
    const value = given[i + 1] ?? "";
    if (/^(?:-o|--option=)["']?acquire::/i.test(raw)) return own.includes(raw) ? [] : [raw];
    const isOne = /^(?:-c|--config-file)$/.test(raw) || (/^(?:-o|--option)$/.test(raw) && /^["']?acquire::/i.test(value));
    return isOne && !own.includes(value) ? [raw, value] : [];
  });
}
