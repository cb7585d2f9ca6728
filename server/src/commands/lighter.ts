// Packages for which there is a lighter one of the same use. What it saves the package index says.

interface Lighter {
  readonly name: string;
  /** What is given up, in words. */
  readonly without: string;
  /** It can show nothing: for a program that serves. */
  readonly headless?: true;
  /** Commands that only the heavier one has: where one of them runs, it is needed. */
  readonly unlessRuns?: readonly string[];
  /** It builds: a script, a makefile or another compiler may need it, and nobody sees. */
  readonly builds?: true;
  /** Packages that are of use only with the heavier one. */
  readonly unlessWith?: RegExp;
  /** What makes of the lighter one what the program needs; undefined where the environment does not say what that is. */
  readonly made?: (value: (name: string) => string | undefined) => string | undefined;
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
/** What is installed to build with needs the compiler, if not here, then when somebody works in the image; R compiles packages against its headers. */
const javaBuilders =
  /^(?:r-base(?:-core|-dev)?|R(?:-core)?(?:-dev|-devel)?|maven\d*|rh-maven\d+|gradle|ant|sbt|leiningen|clojure|kotlin|scala|android-sdk|sdkmanager|zipalign)$/;
const jdk = { unlessRuns: jdkTools, unlessWith: javaBuilders, builds: true } as const;
const noTools = "no compiler and no tools of the JDK";
const noGraphics = "no graphics and no sound";

/** What runs programs, in place of what builds them: without graphics, else with. */
const runtimes = (jre: string, headless: string): readonly Lighter[] => [
  { name: headless, without: `${noTools}, ${noGraphics}`, headless: true, ...jdk },
  { name: jre, without: noTools, ...jdk },
];
/** The JDK brings the one with graphics itself. */
const mute = (jre: string): readonly Lighter[] => [
  { name: `${jre}-headless`, without: noGraphics, headless: true, unlessWith: new RegExp(`^${jre.replace(/jre$/, "jdk")}$`) },
];

/** `LANG=de_DE.UTF-8`: localedef(1) compiles it from what the package locales holds. */
function localesNamed(value: (name: string) => string | undefined): string | undefined {
  const named = ["LANG", "LC_ALL", "LC_CTYPE"].flatMap((name) => value(name) ?? []).filter((v) => !/^(?:C|POSIX|C\.UTF-?8)$/i.test(v));
  const parts = [...new Set(named)].map((locale) => /^([a-z]{2,3}_[A-Z]{2})\.(UTF-?8|utf-?8)$/.exec(locale));
  if (parts.length === 0 || parts.includes(null)) return undefined;
  return parts.map((part) => `localedef -i ${part?.[1]} -f UTF-8 ${part?.[0]}`).join(" && ");
}

const exact: Readonly<Record<string, readonly Lighter[]>> = {
  "default-jdk": runtimes("default-jre", "default-jre-headless"),
  "default-jdk-headless": [{ name: "default-jre-headless", without: noTools, ...jdk }],
  "default-jre": mute("default-jre"),
  "texlive-full": [{ name: "texlive-latex-extra", without: "no documentation, fonts and languages but the usual ones" }],
  "locales-all": [
    {
      name: "locales",
      without: "no locales but the ones that the environment names",
      made: localesNamed,
      unlessRuns: ["locale-gen"],
    },
  ],
  // Its command is vim.tiny, or vi (its postinst); one that is called by the name of vim is not there.
  vim: [{ name: "vim-tiny", without: "no syntax colours and no scripts, and its command is vi", unlessRuns: ["vim"] }],
  emacs: [{ name: "emacs-nox", without: "no graphics" }],
  "emacs-gtk": [{ name: "emacs-nox", without: "no graphics" }],
  libreoffice: [{ name: "libreoffice-nogui", without: "no windows: for conversion on the command line" }],
};

/** The lightest first; none where there is none, or nobody has looked. */
export function lighterThan(name: string): readonly Lighter[] {
  if (Object.hasOwn(exact, name)) return exact[name] ?? [];
  const [, version, headless] = /^(openjdk-?\d+)-jdk(-headless)?$/.exec(name) ?? [];
  if (version && headless) return [{ name: `${version}-jre-headless`, without: noTools, ...jdk }];
  if (version) return runtimes(`${version}-jre`, `${version}-jre-headless`);
  const jre = /^(openjdk-\d+)-jre$/.exec(name)?.[1];
  if (jre) return mute(`${jre}-jre`);
  const apk = /^(openjdk\d+)(?:-jdk)?$/.exec(name)?.[1];
  if (apk) return runtimes(`${apk}-jre`, `${apk}-jre-headless`);
  const rpm = /^(java-[\d.]+-openjdk)-devel$/.exec(name)?.[1];
  return rpm ? runtimes(rpm, `${rpm}-headless`) : [];
}
