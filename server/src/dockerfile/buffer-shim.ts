// Two libraries of the core name globals that a bare JavaScript realm lacks. The library's bundle injects these in their place.

/** dockerfile-ast asks Buffer whether one character is a byte-order mark (its util.isUTF8BOM); nothing else of Buffer is used. */
export const Buffer = {
  from: (text: string): number[] => (text.charCodeAt(0) === 0xfeff ? [0xef, 0xbb, 0xbf] : []),
};

/** unbash decodes the bytes of `$'\\xc3\\xa4'`, in UTF-8. */
export class TextDecoder {
  decode(bytes: Iterable<number>): string {
    const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`);
    try {
      return decodeURIComponent(escaped.join(""));
    } catch {
      return "\uFFFD".repeat(escaped.length); // not UTF-8
    }
  }
}
