import { rules } from "../rules/index.ts";
import { thresholds } from "../topics/fail-on.ts";

const level = { enum: ["off", "hint", "info", "warning", "error"] };
const size = {
  type: ["string", "number"],
  pattern: "^\\d+(\\.\\d+)?\\s*[kKmMgGtT]?[bB]?$",
  description: "A size: 0, 1500000, 100kB, 1MB or 1.2GB.",
};

/** The JSON schema of .ballastrc.json, and of "ballast" in package.json. */
export const configSchema = (): object => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Settings of Ballast",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: { type: "string" },
    minSaving: { ...size, default: "100kB", description: "The smallest saving that is reported." },
    budget: { ...size, description: "The most that an image may weigh." },
    target: { type: "string", description: "The stage that is built; else the last." },
    buildArgs: { type: "object", additionalProperties: { type: "string" }, description: "As docker build --build-arg." },
    context: { type: "string", description: "The folder of the build context, from this file." },
    failOn: {
      enum: thresholds,
      default: "hint",
      description: "The command line's exit code: the least grave finding that makes it 1; never: none does.",
    },
    rules: {
      type: "object",
      additionalProperties: false,
      description: "How single rules are reported.",
      properties: Object.fromEntries(rules.map(({ id, summary }) => [id, { ...level, description: summary }])),
    },
  },
});
