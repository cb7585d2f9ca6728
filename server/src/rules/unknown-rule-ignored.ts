import { namesIgnored } from "../dockerfile/ignored.ts";
import { nearest } from "../topics/nearest.ts";
import type { Rule } from "./rule.ts";

const id = "unknown-rule-ignored";

/** It knows all the others. */
export const unknownRuleIgnored = (others: readonly Rule[]): Rule => ({
  id,
  summary: "A comment ignores a rule that there is not",
  why:
    "`# ballast ignore=apt-list-kept` silences nothing: the rule is called `apt-lists-kept`. What the comment was meant for is told all the same, or comes back unseen once the file changes. " +
    "hadolint's numbers are taken as they are, also those that Ballast has no rule for; so are hadolint's own comments, and BuildKit's.",
  about: "form",
  level: "info",
  example: {
    before:
      "FROM debian:bookworm-slim\n# ballast ignore=apt-list-kept\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
    after:
      "FROM debian:bookworm-slim\n# ballast ignore=apt-lists-kept\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
  },
  *check({ file }) {
    const ids = [...others.map((rule) => rule.id), id];
    for (const { name, start, end } of namesIgnored(file)) {
      const written = name.toLowerCase();
      if (ids.includes(written) || ofHadolint.test(written)) continue;
      const near = nearest(written, ids);
      yield {
        span: { start, end },
        message: () =>
          `No rule is called ${name}, so this silences nothing. ${near ? `Did you mean ${near}?` : "ballast rules lists them all."}`,
        fixes: near ? [{ title: `Ignore ${near}`, safety: "review", edits: [{ start, end, text: near }] }] : [],
      };
    }
  },
});

const ofHadolint = /^(?:dl|sc)\d{4}$/;
