import { rootOf, type Subject, shippedSteps } from "../build/subject.ts";
import { isUnread } from "../build/uses.ts";
import { compilesFirst } from "../commands/build-only.ts";
import { handlerOf } from "../commands/index.ts";
import { type Argument, copySources } from "../dockerfile/instruction.ts";
import { replaceImage } from "../edits/base.ts";
import { type BaseImage, isImage } from "../image/base.ts";
import type { Image } from "../image/model.ts";
import { isUnknown } from "../image/size.ts";
import { hasTrigger, mayCompileThere, startsBuilding } from "../queries/compiles.ts";
import { type Started, startedByImage, startsProgram } from "../queries/started.ts";
import { startedThrough } from "../queries/started-through.ts";
import { isWorkplace } from "../queries/workplace.ts";
import { lackedBy } from "../refactorings/base-needs.ts";
import { multiStageKind } from "../refactorings/multi-stage.ts";
import { fixesOf } from "../refactorings/refactoring.ts";
import { isAlive } from "../sizes/end-of-life.ts";
import { retiredOf } from "../sizes/retired.ts";
import { fileServers, isOfSdk, runtimeOf, type SdkImage, sdkOf, servesFiles } from "../sizes/sdk-images.ts";
import { formatSize } from "../topics/bytes.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Draft, Rule } from "./rule.ts";

export const sdkShipped: Rule = {
  id: "sdk-shipped",
  summary: "What only builds the program is in the image",
  why:
    "The images of golang, rust, maven, gradle, gcc and the .NET SDK carry compilers, build tools and their libraries: hundreds of megabytes that nothing uses once the program is built, and that somebody has to patch. " +
    "Build in a stage of its own, and copy what it makes into a small one (`COPY --from=build`). Where nothing is built at all the image that only runs the program will do: a JRE, the .NET runtime, CUDA's `-runtime-`.",
  about: "bytes",
  example: {
    before: 'FROM golang:1.26\nWORKDIR /src\nCOPY main.go .\nRUN go build -o /app main.go\nCMD ["/app"]\n',
    after:
      'FROM golang:1.26 AS build\nWORKDIR /src\nCOPY main.go .\nENV CGO_ENABLED=0\nRUN go build -o /app main.go\n\nFROM alpine:3.24\nWORKDIR /src\nCOPY --from=build /app /app\nCMD ["/app"]\n',
  },
  *check(subject) {
    const { image, world } = subject;
    const bottom = image.stages.find((s) => image.ships.has(s.index) && s.baseStage === undefined);
    const base = bottom?.steps[0]?.after.base;
    const sdk = base && sdkOf(base);
    const word = bottom?.from?.args[0];
    if (!word || !base || !world.bases || hasTrigger(subject)) return;
    const idle = idleBase(subject, base, word);
    if (idle) yield idle;
    if (!sdk || !isBuiltAndStarted(subject, sdk)) return;
    const runtime = runtimeOf(sdk, base, world.bases);
    const fixes = fixesOf(multiStageKind, subject);
    // Of a base whose size nobody knows all that can be said is that something goes.
    const isUnsized = isUnknown(base.size);
    if (fixes.length === 0 && !runtime && !isUnsized) return;
    yield {
      span: { start: word.start, end: word.end },
      message: (saving) =>
        `${base.name} is there to build, and ships with the image: ${formatSaving(saving)}. ${fixes.length > 0 ? "Two stages leave it behind." : advice(isSupported(subject, runtime) ? runtime : undefined)}`,
      fixes,
      instead: [replaceImage(word, isUnsized || !runtime ? "scratch" : runtime.name)],
      // What packages weigh on another base nobody knows.
      ...(isUnsized && { goes: true }),
    };
  },
};

/** Nobody is sent to an image that has ended. */
const isSupported = ({ world: { today, releases } }: Subject, image: BaseImage | undefined): boolean =>
  image !== undefined && (today === undefined || (releases?.of(image) ?? []).every(({ line }) => isAlive(line, today)));

const advice = (runtime: BaseImage | undefined): string =>
  `Build in a stage of its own, and copy the result onto ${runtime ? `${runtime.name} (${formatSize(runtime.size)})` : "an image that only runs it"}.`;

/** Nothing is built there at all: a smaller image of the same line does as well. */
function idleBase(subject: Subject, base: BaseImage, word: Argument): Draft | undefined {
  const { world } = subject;
  const started = startedByImage(subject);
  if (!startsProgram(subject) || !world.bases || isBroughtBack(subject)) return undefined;
  const span = { start: word.start, end: word.end };
  const cuda = base.on;
  if (cuda !== undefined) {
    // Whoever logs in may want to compile.
    if (mayCompileThere(subject) || isWorkplace(subject, "logged in to") || started.some((s) => s.name === "nvcc")) return undefined;
    const swap = word.text === base.name ? [replaceImage(word, cuda)] : undefined;
    return {
      span,
      message: (saving) =>
        `nvcc, headers and static libraries are in the image, and nothing here compiles with them: ${formatSaving(saving)}. ${cuda} leaves them out; what compiles for the card when it runs (DeepSpeed, cpp_extension) needs them.`,
      fixes: swap ? [{ title: `Swap to ${cuda}: without nvcc and headers`, safety: "review", edits: swap }] : [],
      instead: [replaceImage(word, cuda)],
    };
  }
  const isServed = isImage(base, "node") && started.length > 0 && started.every(servesFiles);
  const sdk = sdkOf(base);
  const runs = sdk?.runs;
  const runsOnly =
    sdk !== undefined &&
    runs !== undefined &&
    onlyRuns(subject, sdk, runs) &&
    !shippedSteps(subject).some((s) => s.ran.some((r) => isUnread(r) || isOfSdk(sdk, r.name)));
  const smaller = isServed
    ? fileServers.map((name) => world.bases?.find(name)).find((image) => image?.resolved !== undefined && !isUnknown(image.size))
    : sdk && runsOnly
      ? runtimeOf(sdk, base, world.bases)
      : undefined;
  // What builds the files stays in a stage of its own; else the RUNs that are there would end on it.
  if (!smaller || (!isServed && lackedBy(subject, shippedSteps(subject), smaller.name) !== undefined)) return undefined;
  const swap = [replaceImage(word, smaller.name)];
  if (isServed)
    return {
      span,
      message: (saving) =>
        `${base.name} only serves files here: ${formatSaving(saving)} more than ${smaller.name} needs for it. Build in a stage of its own, and copy what it makes onto that.`,
      fixes: [],
      instead: swap,
    };
  return {
    span,
    message: (saving) =>
      `Nothing is built here: ${smaller.name} runs the program with ${formatSaving(saving)} less, without ${sdk?.without}.`,
    // Another image takes more than another tag: that move is base-ended's.
    fixes:
      word.text === base.name && !retiredOf(base)
        ? [{ title: `Swap to ${smaller.name}: without ${sdk?.without}`, safety: "review", edits: swap }]
        : [],
    instead: swap,
  };
}

/** Copied whole from a stage that stands on such an image, the folder where its tools lie has them again. */
const isBroughtBack = ({ image, steps }: Subject): boolean =>
  steps.some(
    ({ stage, instruction, touched }) =>
      image.ships.has(stage) &&
      instruction.keyword === "COPY" &&
      touched.some((t) => hasTools(image, t.stage)) &&
      copySources(instruction).some((source) => /^\/?(?:usr|usr\/local|opt)?\/?$|^\/?usr\/local\/cuda/.test(source.text)),
  );

function hasTools(image: Image, index: number): boolean {
  const stage = image.stages[index];
  const base = stage && rootOf(image, stage).steps[0]?.after.base;
  return base !== undefined && (base.on !== undefined || sdkOf(base) !== undefined);
}

/** By scripts of the build context, too: what these call beside it are tools that are known, and none of the SDK's. */
function onlyRuns(subject: Subject, sdk: SdkImage, runs: NonNullable<SdkImage["runs"]>): boolean {
  const started = startedThrough(subject).map((s) => ({ ...s, name: s.name.replace(/^\/\S*\/bin\/(?=[^/]+$)/, "") }));
  const isRun = ({ name, args }: Started): boolean => runs(name, args.find((a) => !a.text.startsWith("-"))?.text ?? "");
  return started.some(isRun) && started.every((s) => isRun(s) || (handlerOf(s.name) !== undefined && !isOfSdk(sdk, s.name)));
}

/** A program is built there, and the container starts something else than the SDK's own tools. An image that starts nothing is a tool itself. */
function isBuiltAndStarted(subject: Subject, sdk: SdkImage): boolean {
  const started = startedByImage(subject);
  const isBuilt = shippedSteps(subject).some((s) =>
    s.ran.some((r) => sdk.builds.includes(r.words[0]?.raw ?? r.name) || sdk.builds.includes(r.name)),
  );
  const isDotnetTool = started.some((s) => s.name === "dotnet" && s.args[0]?.text.endsWith(".dll") === false);
  // Told which compiler to take, it compiles when it runs.
  const isTold = started.some((s) => s.args.some((a) => sdk.tools.includes(a.text.replace(/-[\d.]+$/, ""))));
  return (
    isBuilt &&
    startsProgram(subject) &&
    !startsBuilding(subject) &&
    !isDotnetTool &&
    !isTold &&
    started.every((s) => !sdk.tools.includes(s.name) && !compilesFirst(s.name))
  );
}
