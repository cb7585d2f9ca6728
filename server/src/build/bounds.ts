import { unknown } from "../image/size.ts";
import { apply } from "./apply.ts";
import type { OpenLayer } from "./open-layer.ts";
import type { Output } from "./streams.ts";

/** Commands run in one RUN at most: functions may call themselves. */
const maximumCommands = 5_000;
/** Functions and scripts that call each other are followed this deep: the walk must not overflow the stack. */
const maximumCalls = 30;
/** Characters of scripts that one RUN reads: a script may call itself, with other words each time. */
const maximumRead = 2_000_000;

/** How much of one RUN is followed. What lies beyond may write anything: that is what such a command then puts out. */
export class Bounds {
  private commands = 0;
  private calls = 0;
  private read = 0;

  constructor(private readonly open: OpenLayer) {}

  get isOver(): boolean {
    return this.commands > maximumCommands;
  }

  /** One command more; undefined as long as it is followed. */
  command(): Output | undefined {
    this.commands++;
    return this.isOver ? this.beyond("commands:many", "more commands than are followed") : undefined;
  }

  /** Another script is read. */
  script(text: string): Output | undefined {
    this.read += text.length;
    return this.read > maximumRead ? this.beyond("scripts:long", "more script than is read") : undefined;
  }

  /** What calls itself without end stops here; what it would have done is not known. */
  deeper(body: () => Output): Output {
    if (this.calls >= maximumCalls) return this.beyond("calls:deep", "calls nested deeply");
    this.commands++;
    this.calls++;
    const out = body();
    this.calls--;
    return out;
  }

  /** Said once. */
  private beyond(id: string, what: string): Output {
    if (!this.open.loose.some((entry) => entry.id === id)) apply(this.open, { do: "unknown", id, what }, false);
    return { size: unknown };
  }
}
