import type { Size } from "./size.ts";

export type PackageManager = "apt" | "apk" | "dnf" | "dnf5" | "microdnf" | "yum" | "tdnf" | "zypper" | "pacman";

/** An image named in FROM or COPY --from, as far as it is known. */
export interface BaseImage {
  /** The name as written, variables replaced: `python:3.12-slim`, `ghcr.io/o/i@sha256:…`. */
  readonly name: string;
  /** What the name stands for in the catalogue: `python:3.12.13-slim-trixie`; absent where it is not known. */
  readonly resolved?: string;
  readonly size: Size;
  /** The size is that of another line, which is as big as a rule: two of these are not told apart. */
  readonly standsIn?: true;
  /** Where the size comes from, in words for the user: "docker-library/repo-info, 2026-07-14". */
  readonly source?: string;
  /** The distribution beneath: `debian`, `ubuntu`, `alpine`, `fedora` …, with its release (`bookworm`, `24.04`, `3.24`). */
  readonly os?: { readonly id: string; readonly release?: string };
  /** The release is that of the tag's last build: an earlier one of the same tag may have stood on another. */
  readonly ofLastBuild?: boolean;
  /** A Debian base whose dpkg leaves out documentation and locales. */
  readonly slim?: boolean;
  readonly packageManager?: PackageManager;
  /** Files of settings that it is known to hold, for what they change in later commands. */
  readonly settings?: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** The image that its own files are added to, by its Dockerfile: that one alone is smaller by what it adds, whatever that is. */
  readonly on?: string;
  /** No shell in the image (scratch, distroless static …). */
  readonly shellLess?: boolean;
  /** An official image or a known OS image: its folders follow the file system standard, so a path of one's own (/app) is not in it. */
  readonly standardLayout?: boolean;
}

/** What an image is called, whoever hands it out. */
export interface ImageName {
  /** `python` of `mirror.example/library/python:3.12-slim` */
  readonly image: string;
  /** `3.12-slim`; empty where none is written. */
  readonly tag: string;
  /** The numbers that the tag begins with: 3 and 12. */
  readonly major: number | undefined;
  readonly minor: number | undefined;
}

/** The name of an image taken apart; it need not be one that a registry would take: variables may be left in it. */
export function partsOfName(name = ""): ImageName {
  const [, image = "", tag = ""] = /^(?:.*\/)?([^/:@]+)(?::([^@]+))?/.exec(name) ?? [];
  const [, major, minor] = /^v?(\d+)(?:\.(\d+))?/.exec(tag) ?? [];
  const asNumber = (digits: string | undefined): number | undefined => (digits === undefined ? undefined : Number(digits));
  return { image, tag, major: asNumber(major), minor: asNumber(minor) };
}

/** Whether it is called one of these, official or not. */
export const isImage = (base: BaseImage | undefined, ...names: readonly string[]): boolean => names.includes(partsOfName(base?.name).image);

/** Folders that every image in the standard layout has: the Filesystem Hierarchy Standard 3.0, as Debian, Fedora and Alpine have it. */
const everywhere = (
  "/bin /etc /home /lib /media /mnt /opt /root /run /sbin /srv /tmp /usr /var /usr/bin /usr/lib /usr/local /usr/local/bin /usr/local/lib " +
  "/usr/local/share /usr/sbin /usr/share /var/cache /var/lib /var/log /var/spool /var/tmp"
).split(" ");
/** Alpine lacks these (alpine-baselayout). */
const elsewhere = "/usr/src /usr/local/etc /usr/local/games /usr/local/include /usr/local/sbin /usr/local/src".split(" ");

/** The folders that an image is known to have. */
export const foldersOf = ({ standardLayout, os }: BaseImage): readonly string[] =>
  standardLayout !== true ? [] : os?.id === "alpine" ? everywhere : [...everywhere, ...elsewhere];

/** Answers questions about published images. Data comes in through the World. */
export interface BaseCatalogue {
  /** Never fails: an image that is not known has an unknown size. `name` has its variables replaced. */
  find(name: string): BaseImage;
  /** Tags of the same image and version that are smaller, biggest saving first: `python:3.12` → `3.12-slim`, `3.12-alpine`. Sizes known. */
  smaller(name: string): readonly SmallerBase[];
  /** The newest version tag that `latest`, no tag or another moving tag stands for today: `python` → `3.14`. Undefined where unknown. */
  versionOf(name: string): string | undefined;
  /** The day on which the tags stood for what is said here, `2026-08-21`. */
  readonly asOf?: string;
}

export interface SmallerBase {
  readonly name: string;
  readonly variant: "slim" | "alpine";
  readonly size: Size;
}

/** A line of releases, with its end of free security support. Days are ISO texts: `2028-06-30`. */
export interface ReleaseLine {
  /** `3.12`, `22.04`, `12` */
  readonly name: string;
  /** `bookworm` */
  readonly codename?: string;
  readonly released: string;
  /** The last day; absent while nobody has set it. */
  readonly ends?: string;
}

export interface StandsOn {
  /** `python`, `debian`, `mcr.microsoft.com/dotnet` */
  readonly image: string;
  readonly line: ReleaseLine;
}

/** Answers until when images get security fixes. Data comes in through the World. */
export interface ReleaseLines {
  readonly source: string;
  /** The lines that a base stands on: its own first, then its distribution's. Empty where its tag names none, or nobody knows. */
  of(base: BaseImage): readonly StandsOn[];
  /** The first line after this one that is alive on a day. */
  next(on: StandsOn, day: string): ReleaseLine | undefined;
}

/** By its name: Microsoft's own, the official images' variants, and what others call so. Its shell chains otherwise, and its folders are others. */
export const isWindows = (name: string): boolean =>
  /(?:^|[/:_-])(?:windows|nanoserver|dotnet[-/]framework)|^microsoft\/(?:iis|aspnet)\b/i.test(name);
