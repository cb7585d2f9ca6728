import { allCommandsIn, commandsIn, innerNodes, type Node, type Redirect, type Script } from "../shell/syntax.ts";

// What commands print is lost with the RUN, but where it goes into a file, which the image has: such a command has another product than its work.

/** To nobody, or to another descriptor, is nowhere. */
const keeps = ({ operator, target }: Redirect): boolean =>
  operator.includes(">") && target !== undefined && !/^(?:\d+|-|\/dev\/(?:null|stdout|stderr))$/.test(target.raw);

const hasOwn = (node: Node): boolean => (node.kind === "command" || node.kind === "group") && node.redirects.some(keeps);

/** Whether something in a part of a script prints into a file. */
export const printsIntoFile = (node: Node): boolean =>
  hasOwn(node) || innerNodes(node).some(printsIntoFile) || [...allCommandsIn(node)].some(hasOwn);

/** The same of a command at the end of its path, with what is around it: brackets, a pipe that goes on, and `exec > file`. */
export function isPrinted({ body }: Script, path: readonly Node[]): boolean {
  const last = path.at(-1);
  const isAround = path.some((node, i) => hasOwn(node) || (node.kind === "pipeline" && node.items.at(-1) !== path[i + 1]));
  const isAll = [...commandsIn(body)].some((c) => c.words.length === 1 && c.words[0]?.raw === "exec" && hasOwn(c));
  return isAround || isAll || (last !== undefined && printsIntoFile(last));
}
