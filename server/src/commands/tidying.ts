import type { Effect } from "../image/effects.ts";
import type { Argument } from "../shell/words.ts";
import { maybeWithoutLists } from "./apt.ts";

// Commands that nobody can read, and that say by their name that they tidy up: `clean.sh`, `docker-clean`, `deploy-utils.sh cleanup`.

interface Called {
  readonly name: string;
  readonly args: readonly Argument[];
  /** What comes in by a pipe, in words: `curl …/cleanup.sh`. */
  readonly stdin?: { readonly what?: string };
}

const words = "clean|tidy|purge|prune|shrink|minimi[sz]e|sweep|wipe";
/** A program, or a script by whatever runs it. */
const ofPrograms = new RegExp(`(?:^|[_.-]|apt|docker|image)(?:${words})[^/]*$`, "i");
const ofScripts = new RegExp(`(?:^|[/_.-]|apt|docker|image)(?:${words})[^/\\s]*\\.(?:sh|bash|py|pl|rb|php|js|ya?ml)$`, "i");
const ofTheNetwork = new RegExp(`https?:\\/\\/\\S*[/_.-](?:${words})[^/\\s"')]*(?:$|[\\s"')])`, "i");
/** Windows's own words for a removal: its paths are not followed. */
const ofWindows = /^(?:del|erase|rd|ri|remove-item)$/i;
const withinPowerShell = /\b(?:Remove-Item|rmdir|rd|ri|del)\b/i;

/** Told to a script; a build tool that is told `clean` takes what it built itself. */
const verbs = new RegExp(`^-{0,2}(?:clean[-_]?up|(?:${words})(?:[-_]?all)?)$`, "i");

/** Called by where they lie, as ./mvnw and ./gradlew are: `clean` takes what they built, and nothing that they fetched. */
const ofBuilds = /(?:^|\/)(?:mvnw?|gradlew?|sbt|ant|make|cmake|ninja|waf|scons|bazel(?:isk)?|cargo|lein|mix|rebar3|grunt|gulp)$/;

/** Takes files out of node_modules, and nothing else (tj/node-prune). */
const ofOthers = /^node-prune$/;

export const tidies = ({ name, args, stdin }: Called): boolean =>
  (ofPrograms.test(name.replace(/^.*\//, "")) && !ofOthers.test(name)) ||
  [stdin?.what ?? "", ...args.map((a) => a.text)].some((text) => ofTheNetwork.test(text) || ofScripts.test(text)) ||
  (/[/.]/.test(name) && !ofBuilds.test(name) && args.some((a) => verbs.test(a.text))) ||
  args.some((a) => /^-{0,2}clean[-_]?up$/i.test(a.text)) ||
  ofWindows.test(name) ||
  (/^(?:powershell|pwsh|cmd)(?:\.exe)?$/i.test(name) && args.some((a) => withinPowerShell.test(a.text)));

/** What such a command may do besides: of downloads, sources, caches, lists, documentation and logs of this layer nobody knows what is left. */
export const tidiedBy = (call: Called, work: readonly Effect[]): readonly Effect[] =>
  work.some((e) => e.do === "unknown") && tidies(call) ? [maybeWithoutLists, { do: "tidy" }] : [];
