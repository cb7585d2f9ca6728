import type { Subject } from "../build/subject.ts";

/** Anything in the file names them, a comment too: whoever wrote it had them in mind. */
export const namesGraphicsCards = ({ file }: Subject): boolean => /cuda|cudnn|nvidia|rocm|\bgpus?\b/i.test(file.text);
