import { isWithin } from "../image/paths.ts";

// Where nobody looks for what is meant to stay: folders for things that pass through.

const within =
  (folders: string) =>
  (path: string): boolean =>
    folders.split(" ").some((folder) => isWithin(path, folder));

export const isTemporary = within("/tmp /var/tmp");
/** With those in which sources are built. */
export const isForBuilding = within("/tmp /var/tmp /usr/src /usr/local/src");
/** With those in which people put what the next command takes on from there. */
export const isPassing = within("/tmp /var/tmp /root /build /install /setup");
