// Texts about pinning a base image, for hovers on FROM. Sources: Docker's "Building best practices", "Pin base image versions"; the
// FAQ of docker-library/official-images (which tags are rebuilt).

export const latestMoves = "No tag means `latest`, and that is whatever was pushed last: another release, another system, another size.";
export const movesAt = (tag: string): string =>
  `\`${tag}\` moves from release to release: the next build may stand on another one, with another size.`;

/** A tag of a line: python:3.12. */
export const byLine =
  "**Pinned by tag**: it names a line of releases. A rebuild gets the line's security fixes, and now and then a surprise.";
/** A tag of one release: python:3.12.13. */
export const byRelease =
  "**Pinned by tag**, to one release: it is rebuilt with the fixes of the system beneath only until the next release is out.";
export const byDigest =
  "**Pinned by digest**: every build stands on the same files, to the byte. Fixes come only when somebody changes the digest.";

export const howToPin = (name: string): string =>
  `By digest (\`${name}@sha256:…\`) every build stands on the same files; \`docker buildx imagetools inspect ${name}\` prints it.`;
export const whenNotToPin =
  "When not to: where nobody raises it. Without a bot (Renovate, Dependabot) or a habit, an image pinned by digest keeps its old holes, and nothing says so.";
