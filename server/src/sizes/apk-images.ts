/**
 * What official images that stand on Alpine have installed beside what alpine's own holds: docker-library/repo-info,
 * repos/<image>/local/<tag>.md of these tags of September 2026; older ones have about the same.
 */
const installed: Readonly<Record<string, string>> = {
  // 1.27-alpine3.24@c0f9c8aab67a
  golang: "ca-certificates",
  // 24-alpine3.24@1353b2063219
  node: "libgcc libstdc++",
  // 3.13-alpine3.24@8780d7a7c862
  python: "ca-certificates gdbm libbz2 libffi libncursesw libpanelw libuuid ncurses-terminfo-base readline sqlite-libs tzdata xz-libs",
  // 8-fpm-alpine3.24@38abd8a1cd61
  php:
    "acl-libs argon2-libs brotli-libs c-ares ca-certificates curl gnu-libiconv-libs libcurl libgcc libidn2 libncursesw libpsl libsodium " +
    "libunistring libxml2 ncurses-terminfo-base nghttp2-libs oniguruma openssl readline sqlite-libs tar xz xz-libs zstd-libs",
  // 3.4-alpine3.24@14d045878a7a
  ruby: "gmp libffi libgcc yaml",
  // 29-cli@6920603f6b23
  docker:
    "brotli-libs c-ares ca-certificates git git-init-template libcurl libedit libexpat libidn2 libncursesw libpsl libunistring " +
    "ncurses-terminfo-base nghttp2-libs openssh-client-common openssh-client-default openssh-keygen pcre2 zstd-libs",
  // 1.31-alpine3.24@960800e6d41a
  nginx:
    "aom-libs brotli-libs c-ares ca-certificates curl fontconfig freetype geoip gettext-envsubst libavif libbsd libbz2 libcurl libdav1d " +
    "libedit libexpat libgcc libgd libice libidn2 libintl libjpeg-turbo libmd libncursesw libpng libpsl libsharpyuv libsm libstdc++ " +
    "libunistring libuuid libwebp libx11 libxau libxcb libxdmcp libxext libxml2 libxpm libxslt libxt libyuv ncurses-terminfo-base " +
    "nghttp2-libs nginx pcre2 tiff tzdata xz-libs zstd-libs",
  // 17-jre-alpine-3.24@6cffddb0b92b
  "eclipse-temurin":
    "acl-libs brotli-libs ca-certificates coreutils coreutils-env coreutils-fmt coreutils-sha512sum encodings font-dejavu fontconfig freetype " +
    "gdbm gmp gnupg gnupg-dirmngr gnupg-gpgconf gnupg-keyboxd gnupg-utils gnupg-wks-client gnutls gpg gpg-agent gpg-wks-server gpgsm gpgv " +
    "libassuan libattr libbz2 libexpat libffi libfontenc libgcrypt libgpg-error libidn2 libintl libksba libldap libncursesw libpng libsasl " +
    "libtasn1 libunistring mkfontscale musl-locales musl-locales-lang ncurses-terminfo-base nettle npth openssl p11-kit p11-kit-trust pinentry " +
    "skalibs-libs sqlite-libs tzdata utmps-libs zstd-libs",
  alpine: "",
};

const sets = new Map<string, ReadonlySet<string>>();

/** The packages of an official image on Alpine by its name; undefined where nobody knows. */
export function installedOnAlpine(image: string): ReadonlySet<string> | undefined {
  const [, name = ""] = /^(?:docker\.io\/)?(?:library\/)?([a-z-]+)(?:$|[:@])/.exec(image) ?? [];
  const text = Object.hasOwn(installed, name) ? installed[name] : undefined;
  if (text === undefined) return undefined;
  const set = sets.get(name) ?? new Set(text.split(" ").filter(Boolean));
  sets.set(name, set);
  return set;
}
