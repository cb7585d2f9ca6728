import { createApkIndex } from "./apk.ts";
import { createCatalogue } from "./bases.ts";
import snapshot from "./data/bases.json";
import endOfLife from "./data/end-of-life.json";
import npmTools from "./data/npm.json";
import wheels from "./data/pip.json";
import { createReleaseLines } from "./end-of-life.ts";
import { createNpmIndex } from "./npm.ts";
import { lazyPackages, readBundled } from "./packages/bundled.ts";
import { createPipIndex } from "./pip.ts";

declare const __dirname: string | undefined;

/** The catalogue of base images that comes with Ballast. Only hosts import this: the core gets it through the World. */
export const catalogue = createCatalogue(snapshot);

const releases = createReleaseLines(endOfLife);

const folder = typeof __dirname === "string" ? __dirname : undefined;

/** The packages of Debian and Ubuntu, unpacked when they are first needed. Without a file system to read nothing is known. */
export const packages = lazyPackages(() => readBundled("packages.gz", folder));

/** Alpine's, likewise. */
const apk = createApkIndex(lazyPackages(() => readBundled("apk.gz", folder)));

/** All that Ballast knows by itself, for the World of a host. */
export const builtin = { bases: catalogue, packages, apk, npm: createNpmIndex(npmTools), pip: createPipIndex(wheels), releases };

/** Today as an ISO text, UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10);
