import { replaceImage, writtenImage } from "../edits/base.ts";
import { parseReference } from "../sizes/reference.ts";
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
  *check({ image, world }) {
    for (const stage of image.stages) {
      const word = stage.from?.args[0];
      const reference = stage.baseStage === undefined && stage.base !== "scratch" ? parseReference(stage.base) : undefined;
      if (!word || !reference || reference.digest !== undefined || (reference.tag ?? "latest") !== "latest") continue;
      const version = world.bases?.versionOf(stage.base);
      const written = writtenImage(stage);
      const pinned = version && `${reference.written}:${version}`;
      yield {
        span: { start: word.start, end: word.end },
        aliases: [reference.tag === undefined ? "DL3006" : "DL3007"],
        message: () =>
          `${reference.tag === undefined ? "No tag means latest" : "latest moves"}: the next build may stand on another release. ${pinned ? `Today it is ${pinned}.` : "Name the release you mean."}`,
        fixes: pinned && written ? [{ title: `Pin to ${pinned}`, safety: "review", edits: [replaceImage(written.word, pinned)] }] : [],
      };
    }
  },
};
