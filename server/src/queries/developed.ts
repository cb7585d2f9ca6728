import { isBuiltOn, type Subject } from "../build/subject.ts";
import { isForDevelopment } from "../commands/development.ts";
import { copySources, isFromContext } from "../dockerfile/instruction.ts";
import type { Ran, Step } from "../image/model.ts";
import { basename } from "../image/paths.ts";
import type { Started } from "./started.ts";
import { startedThrough } from "./started-through.ts";

/**
 * Whether what a stage holds is also developed with: another stage stands on it or takes from it, for tests perhaps; the project's files are
 * mounted into the image, for none is copied; it starts a server that is there to develop with; or it installs once more when it starts.
 */
export const isDevelopedWith = (subject: Subject, step: Step, ran: Ran): boolean =>
  isSharedWithOthers(subject, step) ||
  bringsNoSources(subject) ||
  startedThrough(subject).some((s) => isDevelopmentServer(s) || installs(s, ran));

/** A stage that is not part of this image, and has it as it is here. */
const isSharedWithOthers = ({ image, steps }: Subject, step: Step): boolean =>
  image.stages.some(
    ({ index, baseStage }) =>
      !image.needed.has(index) &&
      ((baseStage !== undefined && isBuiltOn(image, index, step.stage)) ||
        steps.some((s) => s.stage === index && s.touched.some((t) => t.stage === step.stage))),
  );

/** Only what says which packages the project needs; from a clone it has the rest. */
function bringsNoSources({ image, steps }: Subject): boolean {
  const own = steps.filter((s) => image.needed.has(s.stage));
  const sources = own.flatMap((s) => (isFromContext(s.instruction) ? copySources(s.instruction) : []));
  return (
    sources.length > 0 &&
    sources.every((source) => manifests.test(basename(source.text))) &&
    !own.some((s) => s.ran.some((r) => /^(?:git|curl|wget|unzip|tar)$/.test(r.name)))
  );
}

const manifests =
  /^(?:(?:package|composer|npm-shrinkwrap)[-\w*.]*|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|\.npmrc|\.yarnrc(?:\.yml)?|\.yarn|Gemfile[.\w*]*|\.ruby-version|[\w-]*\.gemspec|pyproject\.toml|(?:poetry|uv|pdm|Pipfile)[.*]*(?:lock)?|Pipfile|[\w.-]*requirements[\w.*-]*|requirements)$/;

/** Servers that watch the sources, or that their own manuals say are not for production. */
function isDevelopmentServer({ name, args }: Started): boolean {
  const words = args.map((a) => a.text);
  if (name === "php") return words.includes("-S") || (words[0] === "artisan" && words[1] === "serve");
  if (/^(?:manage|django-admin)(?:\.py)?$/.test(basename(name)) || words.some((w) => basename(w) === "manage.py"))
    return words.some((w) => /^(?:runserver|runserver_plus)$/.test(w));
  if (name === "flask") return words.includes("--debug") || words.includes("--reload");
  return (
    isForDevelopment(name) ||
    words.some((w) => /^(?:--reload|--watch|--dev|--hot|(?:start[:_-])?(?:dev|develop|development|watch))$/.test(w))
  );
}

/** It has the same installer put in what is missing, development's too. */
const installs = ({ name, args }: Started, ran: Ran): boolean =>
  name === ran.name &&
  args.some((a) => /^(?:ci|i|install|clean-install|sync|update)$/.test(a.text)) &&
  !args.some((a) => /^--(?:no-dev|omit(?:=dev)?|only(?:=prod.*)?|prod(?:uction)?|without)$/.test(a.text));
