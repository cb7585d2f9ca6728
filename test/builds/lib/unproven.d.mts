/** Whether a real build of it is possible here. */
export function canBuild(dockerfile: string): boolean;
/** Rules without a proof, each with the reason. */
export const notBuilt: Readonly<Record<string, string>>;
