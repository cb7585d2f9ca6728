import type { Effect } from "../image/effects.ts";
import type { Handler } from "./call.ts";

/** Packages come or go: then the manager writes its database anew, which is megabytes of the base image; how many is not known. */
const changesPackages = (effect: Effect): boolean =>
  (effect.do === "fill" && effect.path === "/" && effect.entry.kind === "package") || (effect.do === "take" && effect.path === "/");

/** What a package manager does, with its database. */
export const withDatabase =
  (handler: Handler): Handler =>
  (call) => {
    const effects = handler(call);
    return effects?.some(changesPackages) ? [...effects, { do: "replace", part: "packages" }] : effects;
  };
