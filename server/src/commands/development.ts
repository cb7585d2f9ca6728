// Dependencies that only development needs: how installers are told to leave them out.
import type { Ran } from "../image/model.ts";

/** The ids of entries that hold them: `npm-dev:/app`. */
export const isDevelopment = (id: string): boolean => /^[a-z]+-dev:/.test(id);

/** The installers' own flags (their manuals: npm-install, yarn 1 install, pnpm install, composer install). */
const flags: Readonly<Record<string, string>> = { npm: "--omit=dev", yarn: "--production", pnpm: "--prod", composer: "--no-dev" };

/** The flag, and the word it goes behind; undefined for a command that has none. */
export function omitsDevelopment({ name, words }: Pick<Ran, "name" | "words">): { flag: string; behind: string } | undefined {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  const verb = words.find((w) => /^(?:ci|i|install|clean-install)$/.test(w.raw))?.raw;
  const behind = verb ?? words[0]?.raw;
  return flag !== undefined && behind !== undefined ? { flag, behind } : undefined;
}

/** `npm run build`, `yarn build`, `npx tsc`: what the project itself defines, with whatever it takes. */
export function runsProjectScript({ name, args }: Pick<Ran, "name" | "args">): boolean {
  const verb = args.find((a) => !a.text.startsWith("-"))?.text;
  if (name === "npx" || name === "bunx") return true;
  if (name === "npm" || name === "pnpm" || name === "bun") return /^(?:run|run-script|test|t|build|exec|x|rebuild|dlx)$/.test(verb ?? "");
  if (name === "yarn") return verb !== undefined && !/^(?:install|add|cache|config|set|global|remove|global|--version)$/.test(verb);
  return /^(?:tsc|webpack|vite|ng|next|nuxt|gulp|grunt|rollup|esbuild)$/.test(name);
}
