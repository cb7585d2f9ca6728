import { type Entry, find, type Node, rewrite } from "../image/files.ts";
import { isWithin } from "../image/paths.ts";
import { mapEntries, maybeGone, type OpenLayer, store } from "./open-layer.ts";

/** What there is to tidy up: whoever removes it misses nothing. */
const isRubbish = ({ kind }: Entry): boolean => /^(?:cache|download|lists|source)$/.test(kind);
const ofRubbish = ["/tmp", "/var/tmp", "/var/log", "/var/cache", "/usr/share/doc", "/usr/share/man", "/usr/share/locale"];

/** A removal of nobody knows what: of what this layer wrote, each thing of that sort may be gone. */
export function tidy(open: OpenLayer): void {
  for (const [path, how] of [...open.places]) {
    const node = find(open.state.root, path);
    if (!node) continue;
    const change = (n: Node, at: string): Node =>
      mapEntries(n, (entry) => (isRubbish(entry) || ofRubbish.some((f) => isWithin(at, f)) ? maybeGone(open, entry) : entry));
    store(open, path, how === "whole" ? rewrite(node, path, change) : change(node, path), how);
  }
}
