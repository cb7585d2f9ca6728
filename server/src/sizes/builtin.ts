import { createCatalogue } from "./bases.ts";
import snapshot from "./data/bases.json";
import { lazyPackages, readBundled } from "./packages/bundled.ts";

declare const __dirname: string | undefined;

/** The catalogue of base images that comes with Ballast. Only hosts import this: the core gets it through the World. */
export const catalogue = createCatalogue(snapshot);

/** The packages of Debian and Ubuntu, unpacked when they are first needed. Without a file system to read nothing is known. */
export const packages = lazyPackages(() => readBundled(typeof __dirname === "string" ? __dirname : undefined));
