import { homedir } from "node:os";
import { join } from "node:path";

/** Where everything that is obtained is kept, shared by all stacks and safe to delete. */
export const cacheHome = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubeflow-stack");

const architectures: Partial<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** The machine's architecture as Go, Debian and Kubernetes name it. */
export const arch = architectures[process.arch] ?? process.arch;

/** The path that libraries of this architecture have in Debian's packages. */
export const debianLibraries = `usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;

/** The operating system as releases name it. The local cluster is for Linux; any may reach a cluster elsewhere. */
export const system = process.platform === "darwin" ? "darwin" : "linux";
