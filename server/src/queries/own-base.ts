import type { Dockerfile, Instruction } from "../dockerfile/instruction.ts";
import type { Reference } from "../sizes/reference.ts";
import { commentsAt } from "./comments.ts";

/** The official images with a hyphen (docker-library/official-images, library/); none has an underscore. */
const hyphened = new Set(
  (
    "api-firewall buildpack-deps eclipse-mosquitto eclipse-temurin express-gateway hello-seattle hello-world hola-mundo ibm-semeru-runtimes " +
    "mongo-express nats-streaming open-liberty php-zendserver r-base ubuntu-debootstrap ubuntu-upstart websphere-liberty"
  ).split(" "),
);

/**
 * An image that no registry has, built beside this one. Of one part: no official image, and nobody's on Docker Hub, as Docker Compose calls
 * it (`project_service`), or a script. Of several: nobody is called so, for a Docker ID has only letters and digits
 * (docs.docker.com/accounts/create-account), as a name that `docker buildx bake` gives (`local-image/base`); or it is on this machine.
 */
export function isOwnName({ domain, written }: Pick<Reference, "domain" | "written">): boolean {
  if (/^localhost(?::\d+)?$/.test(domain)) return true;
  const [first = "", ...more] = written.split("/");
  if (more.length === 0) return /[_-]/.test(first) && !hyphened.has(first);
  return domain === "docker.io" && !first.includes(".") && /[_-]/.test(first);
}

/** A comment at its FROM says that it is built here. */
export const isSaidToBeBuilt = (file: Dockerfile, from: Instruction): boolean =>
  commentsAt(file, from).some((text) => /\b(?:local(?:ly)?|(?:re)?built|builds? it|must be built)\b/i.test(text));
