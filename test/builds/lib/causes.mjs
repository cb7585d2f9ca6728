// Why predictions and builds differ where they do, and what is left out: the words of docs/accuracy.md. One entry for each cause found.

/** Layers of the shared set that are not known beforehand, by the beginning of their name. Our own cases say it themselves (`#: at-least`). */
export const excluded = [
  [["apt-upgrade"], "what newer versions bring; nothing on a base made today"],
  [["locale-gen"], "what localedef makes of the sources in /usr/share/i18n"],
  [["npm-ci", "npm-install", "x-npm-g"], "packages that are not in the workspace"],
  [["flatten-scratch"], "what `rm` took from the base: which of its files were in /usr/share/doc"],
  [["hello-"], "what a compiler writes"],
  [["x-mv-base-dir"], "files of the base"],
];

export const causes = [
  {
    title: "Security updates since the index was read",
    text:
      "The lists grow by a few kB a day (19,856,468 bytes in the shared set, 19,857,442 in our own builds later), and a package's next version is a little bigger or smaller. " +
      "The date of the index stands beside each number.",
  },
  {
    title: "What dpkg writes beside the packages' files",
    text:
      "Its status file twice, a list of paths and checksums for each package, scripts, symbols, debconf's templates, logs. It is about 0.85 MB on the smallest layer and then grows by some kB with each package, " +
      "so it is felt where little is installed: the last 50 kB of a layer of 1.5 MB are 3 %. The constants are measured file by file (server/src/sizes/packages/bytes.ts).",
  },
  {
    title: "Installed-Size instead of files",
    text:
      "Where a package's own files were not read for the index, its Installed-Size stands for them: rounded up to kB for each file, and on slim images with the documentation and translations that dpkg leaves out there. " +
      "Such numbers are marked as typical.",
  },
  {
    title: "Accounts",
    text:
      "useradd and its kin write up to thirteen files of /etc, and on Debian 11 /var/log/lastlog and faillog, sparse but counted in full: 324 bytes for each uid up to the highest, 324 kB for uid 1000. " +
      "Lines already added by earlier commands are not followed: some hundred bytes.",
  },
  {
    title: "Contexts of the shared set",
    text: "tree.tar.gz is made anew by recipe, of other random bytes than the one that was measured: its length differs by less than 0.1 %.",
  },
];
