/** What is in a node_modules, by what tells the one from the other. Paths are the project's: `node_modules/a/node_modules/b`. */
export interface Packages {
  readonly needed: ReadonlySet<string>;
  /** Those of `needed` that may fail to install, and can be left out. Undefined where nothing says which. */
  readonly optional?: ReadonlySet<string>;
  readonly development: ReadonlySet<string> | "all others";
  /** Something that the project needs does not lie there. */
  readonly isPart: boolean;
  /** `package-lock.json` */
  readonly toldBy: string;
}

/** pnpm keeps each package in a folder of its own below this one; node_modules holds links to them. */
export const pnpmStore = ".pnpm";

/** Packages that store more outside node_modules when they are installed: browsers (their documentation, "cache directory"). */
export const storesElsewhere = (path: string): boolean => /(?:^|\/)node_modules\/(?:puppeteer|cypress)$/.test(path);
