import { placed } from "../commands/call.ts";
import type { Effect } from "../image/effects.ts";
import { unknown } from "../image/size.ts";
import type { Redirect } from "../shell/syntax.ts";
import { expandWhole } from "../shell/words.ts";
import { apply } from "./apply.ts";
import type { OpenLayer } from "./open-layer.ts";
import { assign, go, lookupIn, type Scope } from "./scope.ts";
import { type Output, silent } from "./streams.ts";
import { fillAll } from "./write.ts";

/** Carries out what a command does, on the layer and on the shell; gives what it prints, `otherwise` where none of the effects says it. */
export function carryOut(
  open: OpenLayer,
  effects: readonly Effect[],
  user: string,
  scope: Scope,
  maybe: boolean,
  otherwise: Output,
): Output {
  open.user = user;
  let out = otherwise;
  for (let i = 0; i < effects.length; i++) {
    const effect = effects[i];
    if (!effect) continue;
    switch (effect.do) {
      case "print":
        out = {
          size: effect.size,
          ...(effect.text !== undefined && { text: effect.text }),
          ...(effect.partly && { partly: effect.partly }),
          ...(effect.pattern !== undefined && { pattern: effect.pattern }),
          ...(effect.packed && { packed: effect.packed }),
        };
        break;
      case "cd":
        go(scope, effect.path);
        break;
      case "pushd": {
        const [last, ...others] = scope.pushed;
        const path = effect.path ?? last;
        if (path === undefined) break;
        scope.pushed = [scope.cwd, ...(effect.path === undefined ? others : scope.pushed)];
        go(scope, path);
        break;
      }
      case "popd": {
        const [last, ...others] = scope.pushed;
        if (last === undefined) break;
        scope.pushed = others;
        go(scope, last);
        break;
      }
      case "set":
        assign(scope, effect.name, maybe ? undefined : effect.value);
        break;
      case "exit":
        if (!maybe) scope.ended = true;
        break;
      case "group":
        // Perhaps it is given up.
        if (maybe && effect.members.length === 0) break;
        open.state = { ...open.state, groups: new Map([...open.state.groups, [effect.name, effect.members]]) };
        break;
      case "home":
        open.state = { ...open.state, homes: new Map([...open.state.homes, [effect.user, effect.path]]) };
        break;
      case "fill": {
        // Hundreds of packages come at once.
        const rest = effects.slice(i).findIndex((e) => e.do !== "fill" || e.path !== effect.path);
        const fills = effects.slice(i, rest < 0 ? undefined : i + rest);
        fillAll(
          open,
          effect.path,
          fills.flatMap((e) => (e.do === "fill" ? [e.entry] : [])),
          maybe,
        );
        i += fills.length - 1;
        break;
      }
      default:
        apply(open, effect, maybe || (effect.do === "remove" && effect.maybe === true));
    }
  }
  return out;
}

/** Writes what a command printed into the files that it is redirected to; gives what is left for who reads its output. */
export function carryInto(open: OpenLayer, redirects: readonly Redirect[], out: Output, scope: Scope, maybe: boolean): Output {
  let printed = out;
  open.user = scope.user;
  for (const { operator, target, descriptor } of redirects) {
    if (!target || !operator.includes(">") || (operator === ">&" && /^[\d-]/.test(target.raw))) continue;
    const path = placed(expandWhole(target, lookupIn(scope)).text, scope.cwd);
    const errors = descriptor === 2;
    const content = errors ? { size: unknown } : { size: out.size, ...(out.text !== undefined && { text: out.text }) };
    apply(open, { do: "write", path, kind: "artifact", append: operator.includes(">>"), ...content }, maybe);
    if (!errors) printed = silent;
  }
  return printed;
}
