// Dependencies that only development needs: how installers are told to leave them out.
import type { BaseImage } from "../image/base.ts";
import type { Ran } from "../image/model.ts";

/** The ids of entries that hold them: `npm-dev:/app`. */
export const isDevelopment = (id: string): boolean => /^[a-z]+-dev:/.test(id);

/** The installers' own flags (their manuals: npm-install, yarn 1 install, pnpm install, composer install). */
const flags: Readonly<Record<string, string>> = { npm: "--omit=dev", yarn: "--production", pnpm: "--prod", composer: "--no-dev" };

/** The flag, and the word it goes behind; undefined for a command that has none. */
export function omitsDevelopment(
  { name, words }: Pick<Ran, "name" | "words">,
  base: BaseImage | undefined,
): { flag: string; behind: string } | undefined {
  const flag = name === "npm" && isOldNpm(base) ? "--production" : Object.hasOwn(flags, name) ? flags[name] : undefined;
  const verb = words.find((w) => /^(?:ci|i|install|clean-install)$/.test(w.raw))?.raw;
  const behind = verb ?? words[0]?.raw;
  return flag !== undefined && behind !== undefined ? { flag, behind } : undefined;
}

/** --omit came with npm 7, which came with Node 15; a distribution's own may be older still. Every npm knows the other word for it. */
function isOldNpm(base: BaseImage | undefined): boolean {
  const [, major] = /(?:^|\/)node:(\d+)/.exec(base?.name ?? "") ?? [];
  return major === undefined
    ? base?.standardLayout === true && base.os !== undefined && !/(?:^|\/)node(?:$|[:@])/.test(base.name)
    : Number(major) < 15;
}

/** Programs of development themselves. */
export const isForDevelopment = (name: string): boolean =>
  /^(?:nodemon|ts-node|tsx|ng|vite|webpack|webpack-dev-server|react-scripts|vue-cli-service|parcel|gulp|grunt|jest|mocha|concurrently)$/.test(
    name,
  );

/** `npm run build`, `yarn build`, `npx tsc`: what the project itself defines, with whatever it takes. */
export function runsProjectScript({ name, args }: Pick<Ran, "name" | "args">): boolean {
  const verb = args.find((a) => !a.text.startsWith("-"))?.text;
  if (name === "npx" || name === "bunx") return true;
  if (name === "npm" || name === "pnpm" || name === "bun") return /^(?:run|run-script|test|t|build|exec|x|rebuild|dlx)$/.test(verb ?? "");
  if (name === "yarn") return verb !== undefined && !/^(?:install|add|cache|config|set|global|remove|global|--version)$/.test(verb);
  return /^(?:tsc|webpack|vite|ng|next|nuxt|gulp|grunt|rollup|esbuild)$/.test(name);
}
