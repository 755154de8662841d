/** Runs buildah with a store, a configuration and a mount namespace of its own: nothing of it shows on the machine. */
import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheHome } from "../home";
import { run } from "../process";

/** Where buildah keeps its layers; the layers are what makes a rebuild quick. */
const home = join(cacheHome, "buildah");

export interface BuildahOptions {
  /** The program's absolute path. */
  program: string;
  onLine?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Runs one buildah command to its end.
 *
 * Mounts are made in a namespace of the command's own, so a killed build leaves none behind. Configuration that the machine
 * has for containers (mirrors, policies) holds; where it has none, images are taken from where their names say.
 *
 * @returns What the command wrote on standard output.
 */
export async function buildah(args: readonly string[], options: BuildahOptions): Promise<string> {
  for (const dir of ["etc", "run", "tmp", "store", "var/upper", "var/work"]) {
    mkdirSync(join(home, dir), { recursive: true, mode: 0o700 });
  }
  const policy = ensureFile("/etc/containers/policy.json", "policy.json", defaultPolicy);
  const registries = ensureFile("/etc/containers/registries.conf", "registries.conf", defaultRegistries);
  const command = args[0] ?? "";
  // An overlay cannot lie on another, as a folder of a container does.
  const driver = statfsSync(home).type === overlayMagic ? "vfs" : "overlay";
  const global = ["--root", join(home, "store"), "--runroot", join(home, "run"), "--storage-driver", driver];
  const withPolicy = signed.has(command) ? [command, "--signature-policy", policy, ...args.slice(1)] : args;
  const launch = ["--mount", "--propagation", "private", "--", "/bin/sh", "-c", inside, "buildah", options.program];
  return run("unshare", [...launch, ...global, ...withPolicy], {
    env: {
      BUILDAH_ISOLATION: "chroot",
      CONTAINERS_REGISTRIES_CONF: registries,
      // The machine's own settings may name a runtime or a cgroup manager that this buildah does not have.
      CONTAINERS_CONF: ensureFile("", "containers.conf", containersConf),
      XDG_RUNTIME_DIR: join(home, "run"),
      TMPDIR: join(home, "tmp"),
      OURS: join(home, "var"),
    },
    ...(options.onLine && { onLine: options.onLine }),
    ...(options.signal && { signal: options.signal }),
  });
}

/**
 * The library below buildah keeps a cache in /var/lib/containers and has no setting for it; writes to /var/lib go to a folder
 * of ours. Where the mount cannot be made, or our own folders are in there, that cache shows, and nothing else changes.
 */
const inside = `
case "$OURS" in /var/lib/*) ;; *)
  mount -t overlay overlay -o "lowerdir=/var/lib,upperdir=$OURS/upper,workdir=$OURS/work" /var/lib 2>/dev/null ;;
esac
unset OURS
exec "$@"`;

/** What Linux calls an overlay file system (OVERLAYFS_SUPER_MAGIC). */
const overlayMagic = 0x794c7630;

/** The commands that ask whether an image may be trusted. */
const signed = new Set(["build", "pull", "push"]);

const defaultPolicy = JSON.stringify({ default: [{ type: "insecureAcceptAnything" }] });
const defaultRegistries = 'unqualified-search-registries = ["docker.io"]\n';
const containersConf = `[network]\nnetwork_config_dir = "${join(home, "etc", "cni")}"\n`;

/** The machine's file, where it has one, else one of ours. */
function ensureFile(machines: string, name: string, content: string): string {
  if (machines !== "" && existsSync(machines)) return machines;
  const file = join(home, "etc", name);
  if (!existsSync(file) || readFileSync(file, "utf8") !== content) writeFileSync(file, content);
  return file;
}
