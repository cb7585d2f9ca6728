import type { Dockerfile, Instruction } from "../dockerfile/instruction.ts";
import { officialImages } from "../sizes/official-images.ts";
import { parseReference, type Reference } from "../sizes/reference.ts";
import { commentsAt } from "./comments.ts";

/**
 * An image that no registry has, built beside this one. Of one part: only official images are called so on Docker Hub, and this is none
 * (`base`, `project_service`). Of several: nobody is called so, for a Docker ID has only letters and digits
 * (docs.docker.com/accounts/create-account), as a name that `docker buildx bake` gives (`local-image/base`); or it is on this machine.
 */
export function isOwnName({ domain, written }: Pick<Reference, "domain" | "written">): boolean {
  if (/^localhost(?::\d+)?$/.test(domain)) return true;
  const [first = "", ...more] = written.split("/");
  if (more.length === 0) return domain === "docker.io" && !officialImages.has(first);
  return domain === "docker.io" && !first.includes(".") && /[_-]/.test(first);
}

/** A comment at its FROM says that it is built here. */
export const isSaidToBeBuilt = (file: Dockerfile, from: Instruction): boolean =>
  commentsAt(file, from).some((text) => /\b(?:local(?:ly)?|(?:re)?built|builds? it|must be built)\b/i.test(text));

/** Docker's own, under any of its names. */
export function isOfficial(name: string): boolean {
  const { domain, path = "" } = parseReference(name) ?? {};
  return domain === "docker.io" && officialImages.has(path.replace(/^library\//, ""));
}
