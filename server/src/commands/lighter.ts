// Packages for which there is a lighter one of the same use. What it saves the package index says.

export interface Lighter {
  readonly name: string;
  /** What is given up, in words. */
  readonly without: string;
  /** Commands that only the heavier one has: where one of them runs, it is needed. */
  readonly unlessRuns?: readonly string[];
}

const jdkTools = [
  "javac",
  "jar",
  "jlink",
  "jpackage",
  "jdeps",
  "jshell",
  "mvn",
  "gradle",
  "ant",
  "sbt",
  "mvnw",
  "gradlew",
  "lein",
  "kotlinc",
  "scalac",
  "bazel",
  "jcmd",
  "jmap",
  "jstack",
  "keytool",
];
const noCompiler = "no compiler and no tools of the JDK, no graphics";

const exact: Readonly<Record<string, Lighter>> = {
  "default-jdk": { name: "default-jre-headless", without: noCompiler, unlessRuns: jdkTools },
  "default-jdk-headless": { name: "default-jre-headless", without: "no compiler and no tools of the JDK", unlessRuns: jdkTools },
  "default-jre": { name: "default-jre-headless", without: "no graphics and no sound" },
  "texlive-full": { name: "texlive-latex-extra", without: "no documentation, fonts and languages but the usual ones" },
  vim: { name: "vim-tiny", without: "no syntax colours and no scripts" },
  emacs: { name: "emacs-nox", without: "no graphics" },
  "emacs-gtk": { name: "emacs-nox", without: "no graphics" },
  libreoffice: { name: "libreoffice-nogui", without: "no windows: for conversion on the command line" },
};

/** Undefined where there is none, or nobody has looked. */
export function lighterThan(name: string): Lighter | undefined {
  if (Object.hasOwn(exact, name)) return exact[name];
  const jdk = /^(openjdk-?\d+)-jdk(-headless)?$/.exec(name)?.[1];
  if (jdk) return { name: `${jdk}-jre-headless`, without: noCompiler, unlessRuns: jdkTools };
  const jre = /^(openjdk-\d+)-jre$/.exec(name)?.[1];
  if (jre) return { name: `${jre}-jre-headless`, without: "no graphics and no sound" };
  const apk = /^(openjdk\d+)(?:-jdk)?$/.exec(name)?.[1];
  if (apk) return { name: `${apk}-jre-headless`, without: noCompiler, unlessRuns: jdkTools };
  const rpm = /^(java-[\d.]+-openjdk)-devel$/.exec(name)?.[1];
  return rpm ? { name: `${rpm}-headless`, without: noCompiler, unlessRuns: jdkTools } : undefined;
}
