import { listsFolder, maybeWithoutLists, repositoryAdded } from "../commands/apt.ts";
import { type Call, type Indexes, unknownWork } from "../commands/call.ts";
import { handlerOf } from "../commands/index.ts";
import { commandName, isPackageManager, isShell } from "../commands/kinds.ts";
import { builtBy, renewedBy } from "../commands/outputs.ts";
import { tidiedBy } from "../commands/tidying.ts";
import type { Value } from "../dockerfile/variables.ts";
import type { BuildContext } from "../image/context.ts";
import type { Effect } from "../image/effects.ts";
import { contextText, find } from "../image/files.ts";
import { isSameUser } from "../image/homes.ts";
import type { Change, Ran } from "../image/model.ts";
import { absolute } from "../image/paths.ts";
import { unknown } from "../image/size.ts";
import type { Assignment, Command, List, Node, Redirect, Word } from "../shell/syntax.ts";
import { type Argument, expand, expandWhole } from "../shell/words.ts";
import { Bounds } from "./bounds.ts";
import { calledScript, isOwnScript, projectAt } from "./called-script.ts";
import { carryInto, carryOut } from "./carry-out.ts";
import { chosen, dependsOnValues, holds, wholeOf } from "./decide.ts";
import { filesFor } from "./globs.ts";
import { allContent, isSeen, look, type OpenLayer } from "./open-layer.ts";
import { parsedIn } from "./parsed.ts";
import { assign, copyOf, lookupIn, positional, type Scope, setPositional, shellIn, wrappedIn } from "./scope.ts";
import { type Input, inputOf, joined, type Output, silent } from "./streams.ts";
import { changesFiles, isTest, onlyTells, printsNothing } from "./traits.ts";
import { expandsBraces, unwrap } from "./wrappers.ts";
import { findForXargs, lineOf, oneFound, oneOf, unknownItem, type Xargs, xargs } from "./xargs.ts";

/** Loops over a known list are run this often at most; then their body runs once with an unknown value. A round counts as a command. */
const maximumRounds = 64;
interface Flow {
  /** The command runs only if something holds that is not known here. */
  readonly maybe: boolean;
  /** It runs because of a variable's value, or on this platform. */
  readonly chosen?: boolean;
  /** The build goes on only if this succeeds. */
  readonly needed: boolean;
  readonly stdin?: Input;
}

/** What a script needs to be told. */
interface ScriptWorld {
  /** For scripts that were copied, and for what lies beside a manifest that was. */
  readonly context?: BuildContext | undefined;
  readonly indexes: Indexes;
}

export class ScriptRun {
  readonly ran: Ran[] = [];
  /** What would run with other values, or elsewhere. */
  readonly notRun: Ran[] = [];
  private readonly bounds: Bounds;
  private atExit: () => unknown = () => undefined;

  constructor(
    private readonly open: OpenLayer,
    private readonly world: ScriptWorld = { indexes: {} },
    outer?: Bounds,
  ) {
    this.bounds = outer?.passing(open, this.ran) ?? new Bounds(open, this.ran);
  }

  /** Something that is not run here: what it would do is worked out on a copy of the layer that nobody keeps. */
  private passOver(node: Node, scope: Scope, flow: Flow): void {
    const open = { ...this.open, changes: [], loose: [...this.open.loose], touched: [], places: new Map(this.open.places) };
    const other = new ScriptRun(open, this.world, this.bounds);
    other.node(node, { ...copyOf(scope), ended: false }, { ...flow, maybe: true, needed: false });
    this.notRun.push(...other.ran, ...other.notRun);
  }

  list(list: List, scope: Scope, flow: Flow): Output {
    let out = silent;
    list.items.forEach((item, i) => {
      if (scope.ended) this.passOver(item, scope, flow);
      else out = joined(out, this.node(item, scope, { ...flow, needed: flow.needed && i === list.items.length - 1 }));
    });
    return out;
  }

  private node(node: Node, scope: Scope, flow: Flow): Output {
    switch (node.kind) {
      case "command":
        return this.command(node, scope, flow);
      case "list":
        return this.list(node, scope, flow);
      case "andor":
        return this.andOr(node, scope, flow);
      case "pipeline":
        return this.pipeline(node, scope, flow);
      case "if": {
        let open = false;
        let inner = flow;
        const body = (list: List): Output => (open ? this.branch(list, scope, inner) : this.list(list, scope, inner));
        for (const [i, branch] of node.branches.entries()) {
          this.list(branch.condition, scope, { ...inner, needed: false });
          const answer = holds(branch.condition, scope, this.open);
          const byValues = answer !== undefined && dependsOnValues(branch.condition);
          if (byValues) inner = { ...flow, chosen: true };
          if (answer === true) {
            const others = node.branches.slice(i + 1).flatMap((b) => [b.condition, b.body]);
            if (byValues) for (const other of others.concat(node.otherwise ?? [])) this.passOver(other, scope, flow);
            return body(branch.body);
          }
          if (byValues) this.passOver(branch.body, scope, flow);
          if (answer === false) continue;
          open = true;
          body(branch.body);
        }
        if (node.otherwise) return body(node.otherwise);
        return open ? { size: unknown } : silent;
      }
      case "case": {
        const only = chosen(node, scope);
        if (only) {
          for (const { body } of node.items) if (body !== only) this.passOver(body, scope, flow);
          return only === "none" ? silent : this.list(only, scope, { ...flow, chosen: true });
        }
        for (const item of node.items) this.branch(item.body, scope, flow);
        return { size: unknown };
      }
      case "for":
        return this.forLoop(node, scope, flow);
      case "loop": {
        if (node.condition) this.list(node.condition, scope, { ...flow, needed: false });
        const named = lineOf(node.condition, flow.stdin);
        if (named) assign(scope, named.name, named.value);
        this.branch(node.body, scope, flow);
        return { size: unknown };
      }
      case "group":
        return this.redirected(node.redirects, scope, flow, (inner) => this.list(node.body, node.subshell ? copyOf(scope) : scope, inner));
      case "function":
        scope.functions.set(node.name, node.body);
        return silent;
      case "background":
        return this.node(node.body, copyOf(scope), { ...flow, needed: false });
      case "test":
        return silent;
    }
  }

  /** A body that may run: what it would set is unknown afterwards. */
  private branch(body: List, scope: Scope, flow: Flow): Output {
    const inner = copyOf(scope);
    this.list(body, inner, { ...flow, maybe: true, needed: false });
    for (const [name, value] of inner.variables) if (scope.variables.get(name) !== value) assign(scope, name, undefined);
    for (const [name, definition] of inner.functions) scope.functions.set(name, definition);
    return { size: unknown };
  }

  private andOr(node: Node & { kind: "andor" }, scope: Scope, flow: Flow): Output {
    let out = silent;
    let guarded = false;
    let byValues = false;
    const alternatives = node.operators.includes("||");
    // The build needs all of it to succeed.
    const needed = flow.needed && !alternatives;
    let answer: boolean | undefined;
    node.items.forEach((item, i) => {
      if (scope.ended) return;
      const operator = node.operators[i - 1];
      if (operator === (answer ? "||" : "&&") && answer !== undefined) {
        if (byValues) this.passOver(item, scope, flow);
        return;
      }
      if (operator === "||") guarded = false;
      const maybe = flow.maybe || (operator === "||" && answer === undefined) || guarded;
      out = joined(out, this.node(item, scope, { ...flow, maybe, needed, ...(byValues && { chosen: true }) }));
      const before = answer;
      // What follows on a condition that holds is taken to succeed.
      answer = needed || maybe ? undefined : (holds(item, scope, this.open) ?? (before && !isTest(item) ? true : undefined));
      byValues ||= answer !== undefined && dependsOnValues(item);
      // `[ -f x ] && rm x`: the test decides.
      if (node.operators[i] === "&&" && !needed && answer === undefined && isTest(item)) guarded = true;
    });
    return out;
  }

  private pipeline(node: Node & { kind: "pipeline" }, scope: Scope, flow: Flow): Output {
    let stdin = flow.stdin;
    let out = silent;
    node.items.forEach((item, i) => {
      const inner = node.items.length === 1 ? scope : copyOf(scope);
      out = this.node(item, inner, { ...flow, needed: flow.needed && i === node.items.length - 1, ...(stdin && { stdin }) });
      const last = this.ran.at(-1);
      stdin = { ...out, what: last ? [last.name, ...last.args.map((a) => a.text)].join(" ") : "a pipe" };
    });
    return out;
  }

  private forLoop(node: Node & { kind: "for" }, scope: Scope, flow: Flow): Output {
    const items = node.words?.flatMap((word) =>
      expand(this.substitutions(word, scope, flow).word, lookupIn(scope)).flatMap((item) => filesFor(this.open, item, scope.cwd)),
    );
    // A list that is empty by its variables.
    if (items?.length === 0) this.passOver(node.body, scope, flow);
    if (items?.every((item) => item.known && !item.glob) && items.length <= maximumRounds) {
      for (const item of items) {
        if (this.bounds.command()) break;
        assign(scope, node.name, { text: item.text, known: true });
        this.list(node.body, scope, { ...flow, needed: false });
      }
      return { size: unknown };
    }
    const [pattern, more] = items ?? [];
    assign(scope, node.name, pattern?.known && !more ? oneOf(pattern.text, node.name) : undefined);
    this.branch(node.body, scope, flow);
    return { size: unknown };
  }

  private command(command: Command, scope: Scope, flow: Flow): Output {
    const beyond = this.bounds.command(command, scope.functions);
    if (beyond) return beyond;
    const filled = command.words.map((word) => this.substitutions(word, scope, flow).word);
    const assigned = new Map(command.assignments.map((a): [string, Value] => [a.name, this.assigned(a, scope, flow)]));
    if (command.words.length === 0) {
      for (const { name, value } of command.assignments) {
        const here = value && !flow.maybe ? wholeOf(value, scope) : undefined;
        assign(scope, name, flow.maybe ? undefined : assigned.get(name), here?.known ? here : undefined);
      }
      return this.redirected(command.redirects, scope, flow, () => silent);
    }
    const own = assigned.size > 0 ? { ...scope, variables: new Map([...scope.variables, ...assigned]) } : scope;
    return this.redirected(command.redirects, scope, flow, (inner) => this.call(filled, command, own, scope, inner));
  }

  private call(filled: readonly Word[], command: Command, own: Scope, scope: Scope, flow: Flow): Output {
    const args: Argument[] = [];
    const words: Word[] = [];
    const reads = filled[0]?.raw === "cat";
    for (const word of filled) {
      const expanded = expand(word, lookupIn(own)).flatMap((arg) => (reads ? filesFor(this.open, arg, own.cwd) : [arg]));
      args.push(...expanded);
      words.push(...expanded.map(() => word));
    }
    return this.invoke(args, words, command, own, scope, flow);
  }

  /** Runs arguments as a command: wrappers are taken off, functions and nested shells followed. */
  invoke(args: readonly Argument[], words: readonly Word[], command: Command | undefined, own: Scope, scope: Scope, flow: Flow): Output {
    const [name, ...rest] = args;
    const beyond = this.bounds.over;
    if (!name || beyond) return beyond ?? silent;
    const defined = own.functions.get(name.text);
    if (defined) {
      const before = positional(own);
      setPositional(own, rest);
      const out = this.bounds.deeper(() => this.node(defined, own, flow));
      setPositional(own, before);
      // With variables of its own (`A=1 f`) it still is the same shell.
      const { cwd, pushed, ended } = own;
      Object.assign(scope, { cwd, pushed, ended });
      return out;
    }
    const items = commandName(name.text) === "xargs" ? xargs(rest) : undefined;
    if (items) return this.forItems(items, rest.slice(items.skip), words.slice(items.skip + 1), command, own, scope, flow);
    const inner = unwrap(name.text, rest, this.open.state);
    if (inner && (inner.guessed === undefined || isSeen(this.open, inner.guessed))) {
      const shell = isShell(name.text) ? commandName(name.text) : own.shell;
      const next = wrappedIn(own, inner);
      if (inner.text !== undefined) return this.text(inner.text, command, shellIn(next, shell, inner.given), flow);
      const skipped = inner.skip + 1;
      return this.bounds.deeper(() => this.invoke(args.slice(skipped), words.slice(skipped), command, next, scope, flow));
    }
    const script = calledScript(this.open, (path) => this.textAt(path), name.text, rest, own, scope);
    if (script) return this.text(script.text, command, script.scope, flow);
    const { stdin, ...without } = flow;
    const piped = isShell(name.text) && rest.every((arg) => arg.text.startsWith("-")) ? stdin?.text : undefined;
    if (piped !== undefined) return this.text(piped, command, { ...copyOf(own), shell: commandName(name.text) }, without);
    const before = this.open.changes.length;
    const { state } = this.open;
    const call: Call = {
      name: commandName(name.text),
      args: rest,
      cwd: own.cwd,
      user: own.user,
      variable: lookupIn(own),
      state,
      layer: this.open.layer,
      ...this.world.indexes,
      textAt: (path) => this.textAt(path),
      projectAt: (path) => projectAt(this.open, this.world.context, path),
      ...(flow.stdin && { stdin: flow.stdin }),
    };
    if (call.name === "trap") this.trap(rest, command, own, flow);
    if (call.name === "shift") setPositional(own, flow.maybe ? undefined : positional(own)?.slice(Number(rest[0]?.text ?? 1)));
    const work = handlerOf(name.text)?.(call) ?? this.unknownProgram(call, name.text, own);
    const effects = [...renewedBy(call), ...work, ...builtBy(call), ...tidiedBy(call, work)];
    // What these do depends on which packages are there.
    if (isPackageManager(call.name)) {
      this.open.touched.push({ path: listsFolder, stage: this.open.stage }, { path: "base", stage: this.open.stage });
      if (!effects.some((e) => e.do === "look")) this.open.touched.push(allContent(this.open.stage));
    }
    const out = carryOut(this.open, effects, own.user, scope, flow.maybe, printsNothing.has(call.name) ? silent : { size: unknown });
    const changes: readonly Change[] = this.open.changes.slice(before);
    this.ran.push({
      name: call.name,
      args: rest,
      words,
      ...(command && { command }),
      cwd: own.cwd,
      before: state,
      ...(!isSameUser(own.user, state.user) && { user: own.user }),
      maybe: flow.maybe,
      ...(flow.chosen && { chosen: true }),
      changes,
    });
    return call.name === "find" ? { ...out, found: args } : out;
  }

  private unknownProgram(call: Call, name: string, own: Scope): readonly Effect[] {
    const work = [unknownWork(call), ...repositoryAdded(call)];
    return isOwnScript(this.open, name, call.args, own) ? [...work, maybeWithoutLists] : onlyTells(call.args) ? [] : work;
  }

  /** `xargs`: the command behind it, with the items that it gets. */
  private forItems(
    items: Xargs,
    inner: readonly Argument[],
    words: readonly Word[],
    command: Command | undefined,
    own: Scope,
    scope: Scope,
    { stdin, ...flow }: Flow,
  ): Output {
    if (stdin?.found && changesFiles.has(commandName(inner[0]?.text ?? "")))
      return this.invoke(findForXargs(stdin.found, inner), [], undefined, own, scope, flow);
    const input = items.file === undefined ? stdin?.text : this.textAt(absolute(items.file, own.cwd));
    const runs = items.runs(inner, input, stdin?.found ? oneFound(stdin.found) : unknownItem);
    let out = silent;
    for (const args of runs) out = this.bounds.deeper(() => this.invoke(args, words, command, own, scope, flow));
    return out;
  }

  /** `trap 'rm -rf …' EXIT`: runs when the RUN ends. */
  private trap(args: readonly Argument[], command: Command | undefined, own: Scope, flow: Flow): void {
    const [body, ...signals] = args;
    if (!signals.some((s) => s.text === "EXIT" || s.text === "0")) return;
    this.atExit = () =>
      body?.known && body.text !== "-" ? this.text(body.text, command, copyOf(own), { maybe: flow.maybe, needed: false }) : silent;
  }

  /** What the RUN's end brings. */
  finish(): void {
    this.atExit();
  }

  /** `sh -c "…"` or a file: another script; its commands lie at the word that holds it. */
  text(text: string, command: Command | undefined, scope: Scope, flow: Flow): Output {
    const beyond = this.bounds.script(text);
    if (beyond) return beyond;
    const script = parsedIn(command, text, expandsBraces(scope.shell, this.open.state.base));
    return this.bounds.deeper(() => this.list(script.body, scope, flow));
  }

  private textAt(path: string): string | undefined {
    const node = find(this.open.state.root, path, true);
    look(this.open, path);
    if (node?.type === "file" && node.entry.text !== undefined) return node.entry.text;
    return contextText(this.open.state.root, path, this.world.context);
  }

  private redirected(written: readonly Redirect[], scope: Scope, flow: Flow, body: (flow: Flow) => Output): Output {
    const redirects = written.map((r) => (r.target ? { ...r, target: this.substitutions(r.target, scope, flow).word } : r));
    const stdin = inputOf(redirects, scope, this.open.state, (path) => this.textAt(path)) ?? flow.stdin;
    const out = body({ ...flow, ...(stdin && { stdin }) });
    const before = this.open.changes.length;
    const printed = carryInto(this.open, redirects, out, scope, flow.maybe);
    const last = this.ran.at(-1);
    const changes = this.open.changes.slice(before);
    if (last && changes.length > 0) this.ran[this.ran.length - 1] = { ...last, changes: [...last.changes, ...changes] };
    return printed;
  }

  private assigned({ value }: Assignment, scope: Scope, flow: Flow): Value {
    if (!value) return { text: "", known: false };
    const { word, out } = this.substitutions(value, scope, flow);
    const { text, known } = expandWhole(word, lookupIn(scope));
    // `saved="$(apt-mark showmanual)"`
    return { text: !known && value.parts.length === 1 && out?.partly !== undefined ? out.partly : text, known };
  }

  /** Commands inside `$(…)` run too: gives the word with what they print, where that is known, and what the last one printed. */
  private substitutions(word: Word, scope: Scope, flow: Flow): { word: Word; out?: Output } {
    if (!word.parts.some((p) => p.kind === "script")) return { word };
    let out = silent;
    const parts = word.parts.map((part) => {
      if (part.kind !== "script") return part;
      // `# a comment in the middle of a list`
      if (/^(?:`|\$\()\s*(?:#[^\n]*)?[`)]$/.test(part.raw)) return { ...part, printed: "" };
      out = this.list(part.body, copyOf(scope), { maybe: flow.maybe, needed: false });
      if (out.pattern !== undefined) return { kind: "glob" as const, text: out.pattern };
      return out.text === undefined ? part : { ...part, printed: out.text.replace(/\n+$/, "") };
    });
    return { word: { ...word, parts }, out };
  }
}
