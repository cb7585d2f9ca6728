// The name of an image in a registry, taken apart as Docker does. The grammar is that of github.com/distribution/reference
// (reference.go, regexp.go), the defaults (docker.io, library/) are those of its normalize.go. The libraries for this on npm
// are unmaintained or a compiled Go program, and the grammar is six lines.

export interface Reference {
  /** Registry host, `docker.io` where none is written. */
  readonly domain: string;
  /** Path within the registry: `library/python`. */
  readonly path: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
  /** The name as written, without tag and digest: `docker.io/library/python`. */
  readonly written: string;
}

const component = /[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/.source;
const host = /(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\]/.source;
const wholeDomain = new RegExp(`^(?:${host})(?::[0-9]+)?$`);
const wholePath = new RegExp(`^${component}(?:/${component})*$`);
const wholeTag = /^\w[\w.-]{0,127}$/;
const wholeDigest = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/**
 * Docker Hub by its other names, and caches that hold the same images: mirror.gcr.io (cloud.google.com/artifact-registry, "Pull cached Docker Hub
 * images"). Amazon has the official ones as `public.ecr.aws/docker/library/…` (gallery.ecr.aws/docker).
 */
const dockerHub = new Set(["index.docker.io", "registry-1.docker.io", "registry.docker.com", "registry.hub.docker.com", "mirror.gcr.io"]);

/** Longest name (domain and path) that a registry takes: NameTotalLengthMax of distribution/reference. */
const longestName = 255;

/** Undefined where the text is not the name of an image: capitals in the path, an unresolved variable, a bad tag … */
export function parseReference(text: string): Reference | undefined {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !wholeDigest.test(digest)) return undefined;
  const named = at < 0 ? text : text.slice(0, at);

  // A colon before the last slash belongs to the port.
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !wholeTag.test(tag)) return undefined;
  const written = colon < 0 ? named : named.slice(0, colon);
  if (written.length > longestName) return undefined;

  // The first part is a host only if it cannot be a folder: it has a dot, a port or a capital, or is localhost.
  const slash = written.indexOf("/");
  const first = slash < 0 ? "" : written.slice(0, slash);
  const isDomain = /[.:A-Z]/.test(first) || first === "localhost";
  let domain = isDomain ? first : "docker.io";
  let path = isDomain ? written.slice(slash + 1) : written;
  if (!wholeDomain.test(domain) || !wholePath.test(path)) return undefined;
  if (dockerHub.has(domain)) domain = "docker.io";
  if (domain === "public.ecr.aws" && path.startsWith("docker/library/")) [domain, path] = ["docker.io", path.slice("docker/".length)];
  if (domain === "docker.io" && !path.includes("/")) path = `library/${path}`;
  return { domain, path, written, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/**
 * `nvidia/cuda:12.9.1-cudnn-devel-ubuntu24.04` is its `-runtime-` with nvcc, headers and static libraries on top
 * (gitlab.com/nvidia/container-images/cuda, dist/…/devel/Dockerfile).
 */
export const cudaRuntimeOf = ({ path, tag, digest, written }: Reference): string | undefined =>
  path === "nvidia/cuda" && digest === undefined && tag !== undefined && /-devel(?:-|$)/.test(tag)
    ? `${written}:${tag.replace("-devel", "-runtime")}`
    : undefined;
