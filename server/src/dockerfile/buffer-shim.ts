/**
 * dockerfile-ast asks a global Buffer whether one character is a byte-order mark (its util.isUTF8BOM); nothing else of
 * Buffer is used. The bundles inject this, so that the core also runs where there is no Buffer: a browser worker, a bare realm.
 */
export const Buffer = {
  from: (text: string): number[] => (text.charCodeAt(0) === 0xfeff ? [0xef, 0xbb, 0xbf] : []),
};
