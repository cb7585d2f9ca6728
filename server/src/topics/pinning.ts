/** Texts about pinning a base image, for hovers on FROM. */
export const byTag = "A tag names a line of releases: rebuilding gets its security fixes, and now and then a surprise.";
export const byDigest =
  "A digest (`name:tag@sha256:…`) names one image to the byte: every build stands on the same files. Its fixes come only when somebody changes the digest.";
export const whenNot =
  "Pin by digest where builds must be repeatable and a bot (Renovate, Dependabot) raises it. Do not where nobody would: the image then ages without a word.";
export const moving = "`latest` is whatever was pushed last: another release, another system, another size.";
