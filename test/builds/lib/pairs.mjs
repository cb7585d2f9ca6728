// Pairs of the shared truth set that differ by one habit: before, after. What a fix would claim as its saving is their difference.
const norec = [
  "curl",
  "git",
  "vim",
  "postgresql-client",
  "gcc-make",
  "nginx",
  "openjdk-17-jre-headless",
  "build-essential",
  "python3",
  "ffmpeg",
  "nodejs",
  "imagemagick",
];

export function savingPairs(ids) {
  const known = new Set(ids);
  const families = norec.flatMap((name) => [
    [`${name}-rec`, `${name}-norec`],
    [`${name}-norec`, `${name}-norec-rm`],
    [`${name}-rec`, `${name}-rec-rm`],
    [`${name}-rec-rmlater`, `${name}-rec`],
    [`${name}-rec-rmlater`, `${name}-rec-rm`],
    [`${name}-rec-rmlater`, `${name}-norec-rm`],
  ]);
  return [...families, ...others].filter((pair) => pair.every((id) => known.has(id)));
}

const others = [
  ["runs-10x1k", "runs-1x10k"],
  ["copy-run-chown", "copy-chown-flag"],
  ["copy-run-chown-root", "copy-chown-flag"],
  ["copy-dir-chown-R", "copy-dir-chown-flag"],
  ["copy-tar-rm-later", "add-tar"],
  ["copy-tar-rm-later", "mount-bind-tar"],
  ["apt-update-rm-later", "apt-update-rm-same"],
  ["apt-update-clean", "apt-update-rm-same"],
  ["curl-clean", "curl-rec"],
  ["curl-keepdebs-clean", "curl-rec"],
  ["curl-norec", "curl-cache-mount"],
  ["curl-rm-docs-later", "curl-norec-rm"],
  ["apt-update-noninstall-split", "curl-norec"],
  ["gcc-purge-later", "gcc-purge-same-noauto"],
  ["hello-single", "hello-multi"],
  ["npm-ci-omitdev", "npm-ci-omitdev-cacheclean"],
  ["npm-ci-omitdev", "npm-ci-cache-mount"],
  ["x-npm-g-typescript", "x-npm-g-typescript-clean"],
  ["x-left-in-tmp", "x-mount-tmpfs"],
];
