import { type Subject, shippedSteps } from "../build/subject.ts";
import { replaceImage } from "../edits/base.ts";
import type { BaseImage } from "../image/base.ts";
import { isUnknown } from "../image/size.ts";
import { startedByImage, startsProgram } from "../queries/started.ts";
import { multiStageKind } from "../refactorings/multi-stage.ts";
import { fixesOf } from "../refactorings/refactoring.ts";
import { runtimeOf, type SdkImage, sdkOf } from "../sizes/sdk-images.ts";
import { formatSize } from "../topics/bytes.ts";
import { formatSaving } from "../topics/gain.ts";
import type { Rule } from "./rule.ts";

export const sdkShipped: Rule = {
  id: "sdk-shipped",
  summary: "What only builds the program is in the image",
  why:
    "The images of golang, rust, maven, gradle, gcc and the .NET SDK carry compilers, build tools and their libraries: hundreds of megabytes that nothing uses once the program is built, and that somebody has to patch. " +
    "Build in a stage of its own, and copy what it makes into a small one (`COPY --from=build`).",
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
    if (!word || !sdk || !world.bases || !isBuiltAndStarted(subject, sdk)) return;
    const runtime = runtimeOf(sdk, base, world.bases);
    const fixes = fixesOf(multiStageKind, subject);
    // Of a base whose size nobody knows all that can be said is that something goes.
    const isUnsized = isUnknown(base.size);
    if (fixes.length === 0 && !runtime && !isUnsized) return;
    yield {
      span: { start: word.start, end: word.end },
      message: (saving) =>
        `${base.name} is there to build, and ships with the image: ${formatSaving(saving)}. ${fixes.length > 0 ? "Two stages leave it behind." : advice(runtime)}`,
      fixes,
      instead: [replaceImage(word, isUnsized || !runtime ? "scratch" : runtime.name)],
    };
  },
};

const advice = (runtime: BaseImage | undefined): string =>
  `Build in a stage of its own, and copy the result onto ${runtime ? `${runtime.name} (${formatSize(runtime.size)})` : "an image that only runs it"}.`;

/** A program is built there, and the container starts something else than the SDK's own tools. An image that starts nothing is a tool itself. */
function isBuiltAndStarted(subject: Subject, sdk: SdkImage): boolean {
  const started = startedByImage(subject);
  const isBuilt = shippedSteps(subject).some((s) =>
    s.ran.some((r) => sdk.builds.includes(r.words[0]?.raw ?? r.name) || sdk.builds.includes(r.name)),
  );
  const isDotnetTool = started.some((s) => s.name === "dotnet" && s.args[0]?.text.endsWith(".dll") === false);
  return isBuilt && startsProgram(subject) && !isDotnetTool && started.every((s) => !sdk.tools.includes(s.name));
}
