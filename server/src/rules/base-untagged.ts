import { isBuiltOn, type Subject } from "../build/subject.ts";
import type { Argument } from "../dockerfile/instruction.ts";
import { variablesIn } from "../dockerfile/variables.ts";
import { swapTag } from "../edits/swap-tag.ts";
import type { Stage } from "../image/model.ts";
import { isOwnName, isSaidToBeBuilt } from "../queries/own-base.ts";
import { lastLineOf } from "../sizes/end-of-life.ts";
import { parseReference } from "../sizes/reference.ts";
import { retiredOf } from "../sizes/retired.ts";
import type { Span } from "../text.ts";
import type { Rule } from "./rule.ts";

export const baseUntagged: Rule = {
  id: "base-untagged",
  summary: "The base image has no tag, or latest",
  why:
    "Without a tag Docker takes `latest`, and that moves: what is built today and what is built next year stand on different systems, with other packages and another size. " +
    "A tag of the image's own line (`python:3.14-slim`) still gets its security updates. A digest pins it to the byte, but then fetching the updates is up to you.",
  about: "pin",
  level: "warning",
  aliases: ["DL3006", "DL3007"],
  example: {
    before: 'FROM debian\nCMD ["bash"]\n',
    after: 'FROM debian:trixie\nCMD ["bash"]\n',
  },
  *check(subject) {
    const { file, image, world } = subject;
    for (const stage of image.stages) {
      const word = stage.from?.args[0];
      const reference = stage.baseStage === undefined && stage.base !== "scratch" ? parseReference(stage.base) : undefined;
      if (!word || !reference || reference.digest !== undefined || (reference.tag ?? "latest") !== "latest") continue;
      if (isOwnName(reference) || world.built?.has(reference.written) || (stage.from && isSaidToBeBuilt(file, stage.from))) continue;
      // It moves no more: that it has ended another rule says.
      const isLast = lastLineOf(reference.path.replace(/^library\//, "")) !== undefined || retiredOf({ name: stage.base }) !== undefined;
      if (isLast && world.today !== undefined && world.releases) continue;
      if (isRolling(subject, stage) || isWarm(subject, stage)) continue;
      // Both name and tag are what build arguments say: whoever builds decides what stands beneath.
      if (/\$.*:\$[^/]*$/.test(word.text)) continue;
      const version = world.bases?.versionOf(stage.base);
      const pinned = version && `${reference.written}:${version}`;
      const edits = pinned ? swapTag(subject, stage, pinned) : undefined;
      yield {
        span: saidAt(subject, stage, word),
        aliases: [reference.tag === undefined ? "DL3006" : "DL3007"],
        message: () =>
          `${reference.tag === undefined ? "No tag means latest" : "latest moves"}: ${pinned ? `the next build may stand on another release. ${world.bases?.asOf ? `On ${world.bases.asOf} it was` : "Today it is"} ${pinned}.` : "the next build may stand on another image. Name a tag that stays; where there is none, a digest."}`,
        fixes: edits ? [{ title: `Pin to ${pinned}`, safety: "review", edits }] : [],
      };
    }
  },
};

/** An image that only hands out what was built last time, as its name says: the newest is the one that is meant. */
const isWarm = ({ image }: Subject, stage: Stage): boolean =>
  !image.ships.has(stage.index) && stage.steps.length === 1 && /cache/i.test(stage.name ?? "");

/**
 * A distribution without releases: only the newest image has the keys and the libraries that its repositories go with, and a part alone is not to be
 * upgraded (wiki.archlinux.org, "Partial upgrades are unsupported").
 */
function isRolling({ image, steps }: Subject, stage: Stage): boolean {
  if (/(?:^|\/)(?:archlinux|manjaro\w*|tumbleweed|kali-rolling|void-linux|voidlinux|gentoo|stage3)(?:[:/]|$)/.test(stage.base)) return true;
  return steps.some((s) => isBuiltOn(image, s.stage, stage.index) && s.ran.some((ran) => ran.name === "pacman"));
}

/** Where the tag, or that there is none, is said: in FROM, or in the default of the one ARG that FROM names, unless the build is told another value. */
function saidAt({ file, world }: Subject, stage: Stage, word: Argument): Span {
  const [variable, ...more] = variablesIn(word.text, file.escape);
  const isGiven = variable && Object.hasOwn(world.buildArgs ?? {}, variable.name);
  const globals = file.instructions.slice(
    0,
    file.instructions.findIndex((i) => i.keyword === "FROM"),
  );
  const said = globals.flatMap((i) => i.properties).findLast((p) => p.name === variable?.name && p.value !== undefined);
  const isInArg = said && !isGiven && more.length === 0 && /(?::|^)\$\{?\w+\}?$/.test(word.text) && stage.base !== word.text;
  return isInArg ? { start: said.start, end: said.end } : { start: word.start, end: word.end };
}
