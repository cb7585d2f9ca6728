/**
 * Where the packages were read: indexes of Alpine's own repositories (APKINDEX, x86_64) that lie in public repositories, each with the day of
 * its newest package. A release has the sizes and needs of its own index; community of 3.14, 3.20 and 3.22 was found nowhere.
 * Sizes up to 3.20 count whole blocks of 4 kB.
 */
export const indexes = [
  { release: "3.9", repository: "main", date: "2020-10-29", from: "LucencyLiu/share@954c1d284e57 APKINDEX.tar.gz" },
  { release: "3.9", repository: "community", date: "2021-02-16", from: "pjcampbe11/ptrace@5f574fcddcd9 APKINDEX.tar.gz" },
  { release: "3.12", repository: "community", date: "2021-01-20", from: "pr4mudy4/file-upload@b47e7894ca8d APKINDEX.tar.gz" },
  { release: "3.14", repository: "main", date: "2021-06-22", from: "HayesJohnD/dockerfile-example@77c22b3d549a APKINDEX.tar.gz" },
  {
    release: "3.18",
    repository: "main",
    date: "2024-01-21",
    from: "NeeasTooID/UbuntuPROOT@695c2dce01df var/cache/apk/APKINDEX.49104001.tar.gz",
  },
  {
    release: "3.18",
    repository: "community",
    date: "2024-01-19",
    from: "NeeasTooID/UbuntuPROOT@695c2dce01df var/cache/apk/APKINDEX.884188d8.tar.gz",
  },
  { release: "3.20", repository: "main", date: "2024-09-12", from: "wil92/test-donwload@024e0a71314b APKINDEX.tar.gz" },
  { release: "3.22", repository: "main", date: "2025-11-16", from: "Timofey-tec/graphMaker@9618b85e4535 APKINDEX" },
] as const;
