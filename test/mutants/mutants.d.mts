/** A way to break the model: `replace` takes the place of the only occurrence of `find` in a file of server/src. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}
export const mutants: readonly Mutant[];
