// What the words of an official image's tag say: `3.12.4-slim-bookworm` is version 3.12.4, variant slim, on bookworm.

export interface Tag {
  /** The leading version by its parts, `[3, 12, 4]`; absent where the tag has none (`lts-slim`) or an unreleased one (`3.15.0rc1`). */
  readonly version?: readonly number[];
  /** The day in a tag of an OS image: `bookworm-20260803` → `20260803`. */
  readonly date?: string;
  /** The release of the distribution beneath, where the tag carries one: `bookworm`, `noble`, `alpine3.24`; `alpine` without a release. */
  readonly suite?: string;
  /** All other words, sorted: `slim`, `jdk`, `fpm`, `lts` … */
  readonly words: readonly string[];
}

export interface Os {
  readonly id: string;
  readonly release?: string;
}

// Code names as in Debian's and Ubuntu's release lists; those that the catalogue's tags use.
export const debianReleases: Readonly<Record<string, string>> = {
  "7": "wheezy",
  "8": "jessie",
  "9": "stretch",
  "10": "buster",
  "11": "bullseye",
  "12": "bookworm",
  "13": "trixie",
  "14": "forky",
};
const debianNames = new Set([...Object.values(debianReleases), "sid"]);
export const ubuntuReleases: Readonly<Record<string, string>> = {
  trusty: "14.04",
  xenial: "16.04",
  bionic: "18.04",
  focal: "20.04",
  groovy: "20.10",
  jammy: "22.04",
  noble: "24.04",
  resolute: "26.04",
  stonking: "26.10",
};

/** The distribution that one word of a tag names: `bookworm`, `alpine3.24`, `al2023`, `ubi9`. */
export function osOfWord(word: string): Os | undefined {
  if (debianNames.has(word)) return { id: "debian", release: word };
  const ubuntu = Object.hasOwn(ubuntuReleases, word) ? ubuntuReleases[word] : undefined;
  if (ubuntu) return { id: "ubuntu", release: ubuntu };
  const [, name, release] = /^(alpine|al|amazonlinux|ubi|oraclelinux|centos|mariner|azurelinux)(\d[\d.]*)?$/.exec(word) ?? [];
  if (name === "alpine") return release ? { id: "alpine", release } : { id: "alpine" };
  if (!name || !release) return undefined;
  return { id: name === "al" ? "amazonlinux" : name === "ubi" ? "rhel" : name, release };
}

/** The distribution as the snapshot writes it: `debian:trixie-slim`; "" and `dpkg` say none. */
export function osOf(text: string): Os | undefined {
  const [id = "", release] = text.replace(/-slim$/, "").split(":");
  return id && id !== "dpkg" ? { id, ...(release ? { release } : {}) } : undefined;
}

/** `3.12.4`, `v3.7`, `17.0.20_8`, `8u502` → numbers; undefined for `3.15.0rc1`. */
function versionOf(word: string): number[] | undefined {
  const parts = word.replace(/^v/, "").split(/[._u+]/);
  return parts.every((part) => /^\d{1,9}$/.test(part)) ? parts.map(Number) : undefined;
}

export function parseTag(text: string): Tag {
  const words = text.split("-");
  const rest: string[] = [];
  let version: readonly number[] | undefined;
  let date: string | undefined;
  let suite: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const next = words[i + 1] ?? "";
    if (/^\d{8}(\.\d+)*$/.test(word)) date = word;
    else if (i === 0 && /^v?\d/.test(word) && versionOf(word)) {
      version = versionOf(word);
      // Java 8 counts its builds behind a hyphen: 8u502-b07.
      if (/^b\d+$/.test(next) && version) {
        version = [...version, Number(next.slice(1))];
        i++;
      }
    } else if (!suite && osOfWord(word)) {
      suite = word;
      // eclipse-temurin writes alpine-3.24, everybody else alpine3.24.
      if (word === "alpine" && /^\d+\.\d+$/.test(next)) {
        suite += next;
        i++;
      }
    } else rest.push(word);
  }
  rest.sort();
  return { words: rest, ...(version ? { version } : {}), ...(date ? { date } : {}), ...(suite ? { suite } : {}) };
}

/** Equal for tags that say the same in another order. */
export const tagKey = (tag: Tag): string => `${tag.version?.join(".") ?? ""}/${tag.date ?? ""}/${tag.suite ?? ""}/${tag.words.join("-")}`;

export const isAlpine = (tag: Tag): boolean => tag.suite?.startsWith("alpine") ?? false;

export const startsWith = (version: readonly number[], line: readonly number[]): boolean => line.every((part, i) => version[i] === part);

export function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? -1) - (b[i] ?? -1);
    if (difference) return difference;
  }
  return 0;
}

/**
 * .NET's tags of a version alone stand for Debian up to 9: 6 and 7 for bullseye, 8 and 9 for bookworm (dotnet/dotnet-docker README.sdk.md,
 * "Full Tag Listing": 8.0-bookworm-slim, 8.0). From 10 on they stand for Ubuntu (dotnet/docs, "Default .NET images use Ubuntu").
 */
export function dotnetTag(tag: string | undefined): string | undefined {
  const major = /^([6-9])\.0(?:\.\d+)?$/.exec(tag ?? "")?.[1];
  return major === undefined ? tag : `${tag}-${Number(major) < 8 ? "bullseye" : "bookworm"}-slim`;
}
