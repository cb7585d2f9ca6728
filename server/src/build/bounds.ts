import type { Ran } from "../image/model.ts";
import { unknown } from "../image/size.ts";
import type { Command } from "../shell/syntax.ts";
import { apply } from "./apply.ts";
import type { OpenLayer } from "./open-layer.ts";
import type { Output } from "./streams.ts";

/** Commands run in one RUN at most: functions may call themselves. */
const maximumCommands = 5_000;
/** Of those that only say something so many more: what lies beyond does nothing, either. */
const maximumSaid = 1_000;
/** Of those that are not run, so many are looked at. */
const maximumPassed = 500;
/** Functions and scripts that call each other are followed this deep: the walk must not overflow the stack. */
const maximumCalls = 30;
/** Characters of scripts that one RUN reads: a script may call itself, with other words each time. */
const maximumRead = 2_000_000;

/** How much of one RUN is followed. What lies beyond may write anything, and may need anything: that is what such a command then puts out. */
export class Bounds {
  private readonly said = new Set<string>();

  constructor(
    private readonly open: OpenLayer,
    private readonly ran: Ran[],
    private readonly counts = { commands: 0, said: 0, calls: 0, read: 0 },
    private readonly passed = { commands: maximumCommands - maximumPassed, said: maximumSaid - maximumPassed, calls: 0, read: 0 },
  ) {}

  /** What is not run is looked at by bounds of its own, which are narrower: all of a RUN together. */
  passing(open: OpenLayer, ran: Ran[]): Bounds {
    return new Bounds(open, ran, this.passed, this.passed);
  }

  /** Whether more commands came than are followed: says so. */
  get over(): Output | undefined {
    return this.counts.commands > maximumCommands ? this.stop("commands:many", "more commands than are followed") : undefined;
  }

  /** One command more; undefined as long as it is followed. */
  command(command?: Command, functions?: ReadonlyMap<string, unknown>): Output | undefined {
    if (command && onlySays(command) && !functions?.has(command.words[0]?.raw ?? "")) {
      this.counts.said++;
      return this.counts.said > maximumSaid ? { size: unknown } : undefined;
    }
    this.counts.commands++;
    return this.over;
  }

  /** Another script is read. */
  script(text: string): Output | undefined {
    this.counts.read += text.length;
    return this.counts.read > maximumRead ? this.stop("commands:long", "more script than is read") : undefined;
  }

  /** What calls itself without end stops here; what it would have done is not known. */
  deeper(body: () => Output): Output {
    if (this.counts.calls >= maximumCalls) return this.stop("calls:deep", "calls nested deeply");
    this.counts.commands++;
    this.counts.calls++;
    const out = body();
    this.counts.calls--;
    return out;
  }

  /** For all that is not followed any more stands one command that nobody knows. */
  private stop(id: string, what: string): Output {
    if (!this.said.has(id)) {
      const { state: before, changes } = this.open;
      const first = changes.length;
      apply(this.open, { do: "unknown", id, what }, false);
      this.ran.push({ name: what, args: [], words: [], cwd: "/", before, maybe: false, changes: changes.slice(first) });
    }
    this.said.add(id);
    return { size: unknown };
  }
}

const onlySays = ({ words, redirects }: Command): boolean =>
  redirects.length === 0 && /^(?:echo|printf|true|:)$/.test(words[0]?.raw ?? "") && !words.some((w) => /[`({]/.test(w.raw));
