import { unknown } from "../image/size.ts";
import { apply } from "./apply.ts";
import type { OpenLayer } from "./open-layer.ts";
import type { Output } from "./streams.ts";

/** Commands run in one RUN at most: functions may call themselves. */
const maximumCommands = 5_000;
/** Of those that are not run, so many are looked at. */
const maximumPassed = 500;
/** Functions and scripts that call each other are followed this deep: the walk must not overflow the stack. */
const maximumCalls = 30;
/** Characters of scripts that one RUN reads: a script may call itself, with other words each time. */
const maximumRead = 2_000_000;

/** How much of one RUN is followed. What lies beyond may write anything: that is what such a command then puts out. */
export class Bounds {
  constructor(
    private readonly open: OpenLayer,
    private readonly counts = { commands: 0, calls: 0, read: 0 },
    private readonly passed = { commands: maximumCommands - maximumPassed, calls: 0, read: 0 },
  ) {}

  /** What is not run is looked at by bounds of its own, which are narrower: all of a RUN together. */
  passing(open: OpenLayer): Bounds {
    return new Bounds(open, this.passed, this.passed);
  }

  get isOver(): boolean {
    return this.counts.commands > maximumCommands;
  }

  /** One command more; undefined as long as it is followed. */
  command(): Output | undefined {
    this.counts.commands++;
    return this.isOver ? this.beyond("commands:many", "more commands than are followed") : undefined;
  }

  /** Another script is read. */
  script(text: string): Output | undefined {
    this.counts.read += text.length;
    return this.counts.read > maximumRead ? this.beyond("scripts:long", "more script than is read") : undefined;
  }

  /** What calls itself without end stops here; what it would have done is not known. */
  deeper(body: () => Output): Output {
    if (this.counts.calls >= maximumCalls) return this.beyond("calls:deep", "calls nested deeply");
    this.counts.commands++;
    this.counts.calls++;
    const out = body();
    this.counts.calls--;
    return out;
  }

  /** Said once. */
  private beyond(id: string, what: string): Output {
    if (!this.open.loose.some((entry) => entry.id === id)) apply(this.open, { do: "unknown", id, what }, false);
    return { size: unknown };
  }
}
