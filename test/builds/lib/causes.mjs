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
    title: "What dpkg, debconf and apt write beside the packages' files",
    text:
      "The status file twice, lists, checksums and scripts of each package, debconf's questions, the linker's caches and the logs are counted file by file from what was read of the packages " +
      "(server/src/sizes/packages/bytes.ts). Left are the lines of the logs, which are longer for long names and for packages with triggers, and logs that are removed one by one by name.",
  },
  {
    title: "Packages that were not read for the index",
    text:
      "Their Installed-Size stands for their files, rounded up to kB for each file, and medians for what dpkg keeps of them; on slim images Installed-Size counts the documentation and translations that dpkg leaves out there, " +
      "or a neighbouring release's files are taken, scaled (apt/bullseye). The layers on slim images are marked as typical.",
  },
  {
    title: "What packages make when they are configured",
    text: "First databases, TeX's formats, the data base of hardware, LibreOffice's settings: measured in installs (server/src/sizes/packages/made.ts); in a release where they were not, about as much as in another, and a first database is unknown. Caches of fonts and of manual pages are not counted.",
  },
  {
    title: "Compiled Python",
    text: "A compiled module is 1.09 to 1.12 times its source for what python3 and pip bring, and 1.38 times on the average of others, which have fewer words in them: 0.9 to 1.6 times for single packages.",
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
