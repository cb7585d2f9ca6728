import type { Release } from "./package.ts";

// What a package's maintainer scripts make when it is configured, and no package's list of files has: as found in installs on
// Debian's own bases (November 2026).

interface Made {
  /** The folder that most of it lies in. */
  readonly path: string;
  /** By release; a number alone is the same in all. */
  readonly bytes: number | Readonly<Record<string, number>>;
  /** A file of it that images without packages are given. */
  readonly file?: { readonly path: string; readonly bytes: number };
  /** A removal of the package leaves it behind: somebody's data. */
  readonly stays?: true;
}

/** ca-certificates.crt of Debian 12; with one more certificate it is a kilobyte or two bigger. */
export const certificateBundle = 222_073;

const table: Readonly<Record<string, Made>> = {
  // The bundle, and /etc/ca-certificates.conf
  "ca-certificates": {
    path: "/etc/ssl/certs",
    bytes: certificateBundle + 6_349,
    file: { path: "/etc/ssl/certs/ca-certificates.crt", bytes: certificateBundle },
  },
  "ca-certificates-java": { path: "/etc/ssl/certs/java", bytes: 167_226 },
  // mime.cache, globs, globs2 … (apt-layer-parts.jsonl: ffmpeg-norec-rm, what is not the linker's)
  "shared-mime-info": { path: "/usr/share/mime", bytes: 2_690_000 },
  // The first databases: InnoDB's log of 96 MiB and its table space, the cluster `main`.
  "mariadb-server": { path: "/var/lib/mysql", bytes: { bookworm: 118_171_286, trixie: 149_320_803 }, stays: true },
  "mysql-server-8.0": { path: "/var/lib/mysql", bytes: {}, stays: true },
  "postgresql-13": { path: "/var/lib/postgresql", bytes: {}, stays: true },
  "postgresql-14": { path: "/var/lib/postgresql", bytes: {}, stays: true },
  "postgresql-15": { path: "/var/lib/postgresql", bytes: { bookworm: 40_012_921 }, stays: true },
  "postgresql-16": { path: "/var/lib/postgresql", bytes: {}, stays: true },
  "postgresql-17": { path: "/var/lib/postgresql", bytes: { trixie: 40_238_907 }, stays: true },
  "postgresql-18": { path: "/var/lib/postgresql", bytes: {}, stays: true },
  // TeX's formats, its map of fonts and its list of files.
  "texlive-base": { path: "/var/lib/texmf", bytes: { bookworm: 5_117_539, trixie: 5_439_152 } },
  "texlive-latex-base": { path: "/var/lib/texmf", bytes: { bookworm: 36_892_899, trixie: 15_504_844 } },
  // The settings of LibreOffice, twice: in /etc, and in the cache of ucf; on Debian 13 those of its programs lie in the packages.
  "libreoffice-common": { path: "/etc/libreoffice", bytes: { bookworm: 2 * 2_266_530, trixie: 2 * 2_717_474 } },
  "libreoffice-writer": { path: "/etc/libreoffice", bytes: { bookworm: 2 * 440_672, trixie: 0 } },
  "libreoffice-calc": { path: "/etc/libreoffice", bytes: { bookworm: 2 * 220_624, trixie: 0 } },
  "libreoffice-impress": { path: "/etc/libreoffice", bytes: { bookworm: 2 * 296_347, trixie: 0 } },
  "libreoffice-draw": { path: "/etc/libreoffice", bytes: { bookworm: 2 * (67_698 + 90_749), trixie: 0 } },
  // The data base of hardware, and systemd's of its messages.
  udev: { path: "/usr/lib/udev", bytes: { bookworm: 13_017_119, trixie: 13_519_639 } },
  systemd: { path: "/var/lib/systemd", bytes: { bookworm: 214_046, trixie: 235_605 } },
};

/**
 * What a package makes when it is configured. In a release that is not in the table it is about as much as in the one where it is
 * least (`exact` is false); what a server's first database takes there nobody knows.
 */
export function madeBy(
  name: string,
  release: Release,
): { path: string; file?: { path: string; bytes: number }; bytes?: number; exact: boolean; stays: boolean } | undefined {
  const made = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!made) return undefined;
  const { path, file, bytes, stays = false } = made;
  const named = file !== undefined && { file };
  if (typeof bytes === "number") return { path, bytes, exact: true, stays, ...named };
  const known = bytes[release.name];
  const about = known ?? (stays ? undefined : Math.min(...Object.values(bytes)));
  return { path, exact: known !== undefined, stays, ...named, ...(about !== undefined && { bytes: about }) };
}
