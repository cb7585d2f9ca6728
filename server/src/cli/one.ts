import { basename } from "node:path";
import type { Arguments } from "./arguments.ts";
import { failureOf, type Input, inputsOf, type Looked, look, tell } from "./inputs.ts";
import { UsageError } from "./output.ts";
import { wishesOf } from "./settings.ts";

/**
 * The one Dockerfile that an operand names, looked at; undefined, and told, where there is none. A folder has to hold just one, or one that is
 * called Dockerfile. Standard input is taken to stand where the Dockerfile lies that it is another state of, and has its build context.
 */
export async function lookAtOne(operand: string, args: Arguments, stateOf?: string): Promise<Looked | undefined> {
  const { inputs, failures } = await inputsOf([operand], args.value("stdin-name"));
  for (const failure of failures) tell(failure);
  const found = onlyOne(inputs);
  if (!found) return undefined;
  const place = found.isStandardInput && stateOf !== undefined ? onlyOne((await inputsOf([stateOf])).inputs)?.path : undefined;
  const input = place === undefined ? found : { ...found, path: place };
  try {
    return await look(input, await wishesOf(args));
  } catch (error) {
    tell(failureOf(input, error));
    return undefined;
  }
}

function onlyOne(inputs: readonly Input[]): Input | undefined {
  const plain = inputs.filter((input) => /^(?:Docker|Container)file$/.test(basename(input.name)));
  const candidates = plain.length > 0 ? shallowest(plain) : inputs;
  if (candidates.length > 1) throw new UsageError(`name one of the Dockerfiles: ${candidates.map((input) => input.name).join(", ")}`);
  return candidates[0];
}

/** Dockerfiles in the folder itself come before those below it. */
function shallowest(inputs: readonly Input[]): Input[] {
  const depth = (input: Input): number => input.name.split(/[\\/]/).length;
  const least = Math.min(...inputs.map(depth));
  return inputs.filter((input) => depth(input) === least);
}
