// Reads cases: a Dockerfile whose `#:` lines say what its context holds and what is known beforehand.
//
//   #: file big.bin 5M                          a line of the context's recipe (context.mjs)
//   #: target NAME      #: build-arg K=V        passed to the build and to Ballast
//   #: at-least LAYER why                       by design a lower bound or unknown; LAYER counts RUN, COPY, ADD, WORKDIR above the base from 1
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { baseNames, isOfDebian, localName } from "./bases.mjs";

const folder = fileURLToPath(new URL("../cases", import.meta.url));

/** All cases of test/builds/cases, by name: `topic/case`. */
export function readCases() {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".Dockerfile"));
  return files
    .sort()
    .map((file) => parseCase(file.slice(0, -".Dockerfile".length).replaceAll("\\", "/"), readFileSync(join(folder, file), "utf8")));
}

export function parseCase(name, text) {
  const found = { name, dockerfile: "", recipe: [], atLeast: new Map(), buildArgs: [], target: undefined };
  const kept = [];
  for (const line of text.split("\n")) {
    const words = line.match(/^#: (\S+) (.*)$/);
    if (!words) kept.push(line);
    else if (words[1] === "target") found.target = words[2];
    else if (words[1] === "build-arg") found.buildArgs.push(words[2]);
    else if (words[1] === "at-least") found.atLeast.set(Number.parseInt(words[2], 10), words[2].replace(/^\d+ /, ""));
    else found.recipe.push(`${words[1]} ${words[2]}`);
  }
  found.dockerfile = kept.join("\n");
  found.bases = baseNames.filter((base) => {
    // A variable may stand for Debian's suite.
    const text = (isOfDebian(base) ? base.slice("debian:".length) : base).replaceAll(".", "\\.");
    return new RegExp(`(?<![\\w-])${text}(?![\\w-])`).test(found.dockerfile);
  });
  return found;
}

/** The text that is built: stand-ins for the bases, and no syntax line, which would fetch another frontend. */
export const forBuild = (dockerfile) =>
  baseNames
    .filter((name) => !isOfDebian(name))
    .reduce(
      (text, name) => text.replaceAll(new RegExp(`(?<![\\w/.-])${name.replaceAll(".", "\\.")}(?![\\w.-])`, "g"), localName(name)),
      dockerfile,
    )
    .replace(/^# *syntax *=.*\n/i, "")
    .replace(/(?<![\w/.-])debian:/g, localName("debian:"));
