// Which Go a build has: what it keeps, and where, depends on its version.
import { partsOfName } from "../image/base.ts";
import { contentAt } from "../image/files.ts";
import { setting } from "./cache.ts";
import type { Call } from "./call.ts";

/** The 7 of Go 1.7: of the archive that is unpacked where Go says, of the image, as a variable names it, or of the distribution. Undefined where nobody can tell. */
export function goMinor(call: Call): number | undefined {
  const { base, root } = call.state;
  const archives = [...contentAt(root, "/usr/local")].map((e) => e.id);
  const texts = [
    ...archives.map((id) => /(?:^|[/:])go(1\.\d+)[\w.]*\.(?:linux|src)\b/.exec(id)?.[1]),
    ...[base?.name, base?.resolved].map(partsOfName).flatMap(({ image, tag }) => (image === "golang" ? tag : [])),
    setting(call, "GOLANG_VERSION"),
    setting(call, "GO_VERSION"),
  ];
  const [minor] = texts.flatMap((t) => /^(?:go)?1\.(\d+)/.exec(t ?? "")?.[1] ?? []);
  return minor === undefined ? (ofGolang(base?.name) ?? ofDistribution(call) ?? asked(call)) : Number(minor);
}

/** Whose Go it is nobody knows, and it is told a version of the package: `install` has taken one since 1.16, `get` since 1.11 (Go's release notes). */
function asked({ args: [verb, ...packages] }: Call): number | undefined {
  if (!packages.some((a) => /[\w.]@[\w$]/.test(a.text))) return undefined;
  return verb?.text === "install" ? 16 : verb?.text === "get" ? 11 : undefined;
}

/** The last Go that the official image had on a suite without naming a version (official-images, library/golang): at least that. */
const lastOn: Readonly<Record<string, number>> = { stretch: 13, buster: 17, bullseye: 22 };

function ofGolang(name: string | undefined): number | undefined {
  const { image, tag } = partsOfName(name);
  const [, suite = "", alpine] = (image === "golang" && /^(?:rc-)?([a-z]+)(?:3\.(\d+))?$/.exec(tag)) || [];
  return suite === "alpine" && alpine !== undefined ? ofAlpine(Number(alpine)) : lastOn[suite];
}

/** Go of Alpine 3.n (pkgs.alpinelinux.org). */
const ofAlpine = (release: number): number => (release === 12 ? 13 : release + 2);
/** Go of Fedora n (packages.fedoraproject.org); 35 kept that of 34. */
const ofFedora = (release: number): number => (release === 35 ? 16 : release - 18);

/** golang-go of Debian's and Ubuntu's releases, at least (packages.debian.org, packages.ubuntu.com). */
const ofReleases: Readonly<Record<string, number>> = {
  ...{ squeeze: 0, wheezy: 0, jessie: 3, stretch: 7, buster: 11, bullseye: 15, bookworm: 19, trixie: 24 },
  ...{ "12.04": 0, "14.04": 2, "15.04": 3, "15.10": 5, "16.04": 6, "16.10": 6, "17.04": 7, "17.10": 8, "18.04": 10, "18.10": 10 },
  ...{ "19.10": 12, "20.04": 13, "20.10": 14, "21.04": 16, "21.10": 17, "22.04": 18, "23.10": 21, "24.04": 22, "26.04": 25 },
};

/** What rolls has at least what its last release that is known here has; Red Hat's 8 and later get new ones too (go-toolset). */
const rolling = 24;
const ofRedHat = 18;

/** The distribution's own package, where it is installed here. */
function ofDistribution({ state: { base, root } }: Call): number | undefined {
  const { name = "", resolved = name, os } = base ?? {};
  if (!root.content.some((e) => /^(?:deb|apk|rpm):go(?:lang)?\b/.test(e.id))) return undefined;
  const told = /:(?:\w+-)*(?:alpine)?(\d+)(?:\.(\d+))?/.exec(resolved);
  const release = Number(os?.release ?? told?.[1]);
  switch (os?.id) {
    case "alpine": {
      const minor = os.release?.split(".")[1] ?? /(?:^|[/:-])alpine:?3\.(\d+)/.exec(resolved)?.[1];
      return minor === undefined ? (/alpine:(?:edge|2\d{7})/.test(resolved) ? rolling : undefined) : ofAlpine(Number(minor));
    }
    case "debian":
    case "ubuntu":
      return ofReleases[os.release ?? ""];
    case "fedora":
      return release > 0 ? ofFedora(release) : undefined;
    case "archlinux":
      return rolling;
    case "amazonlinux":
      return release >= 2023 ? ofRedHat : undefined;
    default:
      return os !== undefined && release >= 8 ? ofRedHat : undefined;
  }
}
