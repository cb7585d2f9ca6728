import { createCatalogue } from "./bases.ts";
import snapshot from "./data/bases.json";

/** The catalogue of base images that comes with Ballast. Only hosts import this: the core gets it through the World. */
export const catalogue = createCatalogue(snapshot);
