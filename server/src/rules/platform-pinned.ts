import type { Subject } from "../build/subject.ts";
import { type Flag, isCopy } from "../dockerfile/instruction.ts";
import { removeFlag } from "../edits/flag.ts";
import type { Stage, Step } from "../image/model.ts";
import type { Rule } from "./rule.ts";

export const platformPinned: Rule = {
  id: "platform-pinned",
  summary: "The image's base is pinned to one platform",
  why:
    "`FROM --platform=linux/amd64` makes the same image on every machine, whatever `docker build --platform` asks for: on an ARM machine it runs under emulation, several times slower, and no ARM image can be built from the file. " +
    "Say the platform where the image is built instead. `--platform=$BUILDPLATFORM` on a stage that only builds is another thing, and right; and a stage that is called after its platform, `AS app-amd64`, or that downloads programs for it alone, is for that one on purpose; so is a function for AWS Lambda. Nothing is said of a base that may be there for one platform only.",
  about: "pin",
  level: "info",
  aliases: ["DL3029"],
  example: {
    before: 'FROM --platform=linux/amd64 node:24-slim\nCMD ["node"]\n',
    after: 'FROM node:24-slim\nCMD ["node"]\n',
  },
  *check(subject) {
    const { file, image } = subject;
    const pins = image.stages.flatMap((stage) => pinOf(stage) ?? []);
    // A file that names several platforms builds for each of them on purpose.
    if (new Set(pins.map((pin) => pin.platform)).size !== 1) return;
    // What is copied from a stage for one platform runs on no other: they would have to change together.
    const isCopied = (index: number): boolean =>
      image.stages.some((s) => image.ships.has(s.index) && s.index !== index && s.steps.some((step) => copiesFrom(step, index)));
    if (pins.some(({ stage }) => !image.ships.has(stage.index) && isCopied(stage.index))) return;
    for (const { stage, flag, platform } of pins) {
      if (
        !image.ships.has(stage.index) ||
        !isCommon(platform) ||
        saysSo(stage, platform) ||
        needsIt(subject, platform) ||
        isForOne(stage) ||
        isFunction(subject, stage)
      )
        continue;
      yield {
        span: { start: flag.start, end: flag.end },
        message: () =>
          `The image is for ${platform} whatever the build asks for. Without the flag it is for the platform that is built for: docker build --platform ${platform}.`,
        fixes: [{ title: "Leave the platform to the build", safety: "review", edits: [removeFlag(file, flag)] }],
      };
    }
  },
};

/** What people's machines and a CI's are. A platform that none of them is by itself is what the image is for. */
const isCommon = (platform: string): boolean => /^(?:linux\/)?(?:amd64|x86[-_]64|arm64(?:\/v8)?|aarch64)$/i.test(platform);

/** `FROM --platform=linux/amd64 … AS app-amd64`: meant for one (Docker's build checks, FromPlatformFlagConstDisallowed). */
const saysSo = ({ name }: Stage, platform: string): boolean =>
  platform
    .toLowerCase()
    .split("/", 2)
    .some((word) => word !== "" && name?.toLowerCase().includes(word));

const architectures = {
  amd64: /(?:^|[^a-z0-9])(?:amd64|x86[-_]64|(?:linux|lnx)[-_]?(?:x?64)|x64|i[36]86)(?![a-z0-9])/i,
  arm64: /(?:^|[^a-z0-9])(?:arm64|aarch64|armv8)(?![a-z0-9])/i,
} as const;

/** A file that is fetched, by its address or by the ending of its name. */
const isFetched = (text: string): boolean => /:\/\/|\.(?:deb|rpm|zip|xz|t?gz|tbz2|AppImage)$/.test(text);

/** What it downloads or installs is for that platform, and nothing for another one: there it would not run. A cross-compiler names both. */
function needsIt(subject: Subject, platform: string): boolean {
  const own = platform === "linux/amd64" ? "amd64" : /^linux\/arm64(?:\/v8)?$/.test(platform) ? "arm64" : undefined;
  if (!own) return false;
  const other = architectures[own === "amd64" ? "arm64" : "amd64"];
  const added = subject.steps.flatMap(({ instruction }) => (instruction.keyword === "ADD" ? instruction.args : []).map((a) => a.text));
  const words = [...added, ...subject.steps.flatMap(({ ran, notRun }) => [...ran, ...notRun]).flatMap((r) => r.args.map((a) => a.text))];
  const isOwn = (word: string): boolean => architectures[own].test(word);
  return words.some(isOwn) && !words.some((word) => other.test(word) && !isOwn(word) && (isFetched(word) || added.includes(word)));
}

/** AWS Lambda runs a function on the platform that is said where it is deployed, and takes no image for several (its documentation, "Create a Lambda function using a container image"). */
const isFunction = ({ steps, image }: Subject, stage: Stage): boolean =>
  /(?:^|\/)(?:lambda|sam)\/|aws-lambda|^lambci\//.test(stage.base) ||
  /awslambdaric|aws-lambda/.test(image.stages[image.target]?.end.entrypoint?.text ?? "") ||
  steps.some((s) => s.ran.some((r) => r.args.some((a) => /^awslambdaric(?:$|[=<>~])/.test(a.text))));

/** Official images that there are for amd64 alone (docker-library/official-images, "Architectures"), and those of which nobody knows. */
function isForOne({ steps, base: name }: Stage): boolean {
  const base = steps[0]?.after.base;
  const isKnown =
    base?.standardLayout === true || base?.resolved !== undefined || /^(?:gcr\.io\/distroless|mcr\.microsoft\.com\/dotnet)\//.test(name);
  return (
    steps[0]?.after.baseStage === undefined &&
    (!isKnown || /^(?:library\/)?(?:mysql:5|openjdk:.*alpine|centos:6|amazonlinux:(?:1|2018))/.test(name))
  );
}

const copiesFrom = ({ instruction, touched }: Step, stage: number): boolean =>
  isCopy(instruction) && touched.some((t) => t.stage === stage);

/** A platform written out; a variable is the build's to say. */
function pinOf(stage: Stage): { stage: Stage; flag: Flag; platform: string } | undefined {
  const flag = stage.from?.flags.find((f) => f.name === "platform");
  return flag?.value && !flag.value.includes("$") ? { stage, flag, platform: flag.value } : undefined;
}
