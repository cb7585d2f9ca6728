/** What an archive holds, in bytes of files; undefined for a file that is none. */
export async function archiveOf(_path: string): Promise<{ readonly bytes?: number } | undefined> {
  return undefined;
}
