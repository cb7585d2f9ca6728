/** Where a rule is explained. The pages are docs/rules/ of the repository. */
export const rulePage = (id: string): string => `https://github.com/ballast-dev/ballast/blob/main/docs/rules/${id}.md`;
