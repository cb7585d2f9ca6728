// What packages of Fedora and Red Hat are known to recommend: dnf brings it along, though nobody named it.
import type { BaseImage } from "../image/base.ts";
import type { State } from "../image/model.ts";
import { isOfNodesourceRpm } from "./apt-sources.ts";

interface Recommends {
  readonly name: RegExp;
  /** The releases of which it is known. */
  readonly on: RegExp;
  /** What comes, of far more than 100 kB. */
  readonly brings: string;
  /** Packages that, installed before, have brought it. */
  readonly before: RegExp;
  /** Words that tell that it is used. */
  readonly words: readonly string[];
}

const node = { name: /^nodejs(?:-\d\S*)?$/, before: /^(?:nodejs|npm|yarn)/, words: ["npm", "npx", "intl"] };
const java = {
  before: /^(?:java|maven|ant|tomcat|gtk)/,
  words: "gtk gtk2 gtk3 xorg xvfb vnc tigervnc x11vnc display swing javafx awt firefox chromium eclipse gnome xfce".split(" "),
};

/**
 * By the "Recommends:" of their spec files, and by what dnf has said that it installs: nodejs of Red Hat's 8 and 9 (10.23, 16.20, 22.16) and of
 * Fedora 40 and 44 (31.6 MiB), clang of 9 and 40 (clang-libs recommends it), mariadb-server of 8 and 9 (10.3, 10.5: 6 MB packed). java-*-openjdk says
 * so from Red Hat's 8 on; UBI's own repositories have no gtk. What git, perl, autoconf, automake and nginx bring is little.
 */
const recommending: readonly Recommends[] = [
  { ...node, on: /^(?:el|ubi)|^fedora(?:3\d|4[0-2])$/, brings: "nodejs-full-i18n" },
  { ...node, on: /^fedora4[34]$/, brings: "nodejs22-full-i18n" },
  {
    name: /^clang(?:-\d\S*)?$/,
    on: /^(?:el|ubi)|^fedora(?:3\d|4[0-4])$/,
    brings: "compiler-rt and libomp-devel",
    before: /^(?:clang|llvm-toolset|compiler-rt|bcc|bpftrace)/,
    words: "compiler-rt fsanitize sanitizer asan fopenmp openmp omp libomp fuzzer coverage".split(" "),
  },
  {
    name: /^mariadb-server(?:-\d\S*)?$/,
    on: /^el[89]$/,
    brings: "mariadb-backup",
    before: /^mariadb/,
    words: ["mariabackup", "mariadb-backup"],
  },
  { ...java, name: /^java-1\.8\.0-openjdk(?:-devel)?(?:-\d\S*)?$/, on: /^el[89]$/, brings: "gtk2" },
  { ...java, name: /^java-(?:\d+|latest)-openjdk(?:-devel)?(?:-\d\S*)?$/, on: /^el|^fedora(?:3\d|4[0-4])$/, brings: "gtk3" },
];

/**
 * They work with what they recommend, so nobody knows what is missed where the flag stands for them, too: maven with a JDK, podman with a network,
 * ruby with bundler and parts of its standard library, php with fpm, R with LaTeX.
 */
const leaning =
  /^(?:@|maven|ant$|podman|buildah|skopeo|ruby|php|R$|R-|texlive|ansible|systemd|httpd|docker|moby|python\S*-pip$|libvirt|qemu)/;

/** The images of the distributions themselves, which hold little: what others have built on them nobody knows. */
const distributions: readonly (readonly [id: string, name: RegExp])[] = [
  ["el", /^(?:docker\.io\/)?(?:(?:library|rockylinux|almalinux)\/)?(?:centos|rockylinux|almalinux|oraclelinux):(?:stream)?(8|9|10)(?!\d)/],
  ["el", /^quay\.io\/(?:centos\/centos|rockylinux\/rockylinux|almalinuxorg\/almalinux):(?:stream)?(8|9|10)(?!\d)/],
  ["ubi", /^(?:registry\.(?:access\.)?redhat\.(?:com|io)|(?:docker\.io\/)?redhat)\/ubi(8|9|10)(?:\/ubi)?(?:-minimal|-init)?(?=$|[:@])/],
  ["fedora", /^(?:(?:docker\.io\/)?(?:library\/)?|quay\.io\/fedora\/|registry\.fedoraproject\.org\/)fedora(?:-minimal)?:(\d+)/],
];

/** `el9`, `ubi9`, `fedora40` */
function releaseOf({ resolved, name }: BaseImage): string | undefined {
  for (const [id, pattern] of distributions) {
    const release = pattern.exec(resolved ?? name)?.[1];
    if (release !== undefined) return id + release;
  }
  return undefined;
}

/** Those of these packages that bring what is not there yet, with what it is: `nodejs (nodejs-full-i18n)`. */
export function recommendersOf(state: State, packages: readonly string[]): readonly string[] {
  const release = state.base && releaseOf(state.base);
  if (release === undefined || packages.some((p) => leaning.test(p))) return [];
  const before = [...state.root.content].flatMap(({ id }) => (id.startsWith("rpm") ? [id.replace(/^rpm:/, "")] : []));
  // Of what a group or a spec file needs nobody knows.
  const isNew = (r: Recommends): boolean => !before.some((p) => r.before.test(p) || /^@|\s|^rpm-builddep$/.test(p));
  return packages.flatMap((p) => {
    const found = recommending.find((r) => r.name.test(p) && r.on.test(release) && isNew(r));
    return found && !isOfNodesourceRpm(state, p) ? [`${p} (${found.brings})`] : [];
  });
}

/** Words that tell that somebody uses what such packages bring: npm is there where it is named itself. */
export const usedWords = (recommenders: readonly string[], named: readonly string[]): readonly string[] =>
  recommending
    .filter((r) => recommenders.some((text) => r.name.test(text.split(" ")[0] ?? "")))
    .flatMap((r) => r.words.filter((word) => !named.includes("npm") || !/^np[mx]$/.test(word)));
