import { execa } from "execa";
import { extract } from "tar-stream";
import { rootCertificates } from "node:tls";
import { buffer } from "node:stream/consumers";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bookworm, debianKeyring } from "../debian/sources";
import type { Installer } from "../install";
import { fetchDebs } from "../debian/apt";
import { limits } from "../limits";
import type { Progress, Task } from "../progress";
import { Tree } from "./tree";

/** What nobody reads in a container. */
const unwanted = /^\/usr\/share\/(doc|man|info|locale|lintian|bug|doc-base)\//;

/** Where programs look for the certificates of public authorities. */
export const certificatesPath = "/etc/ssl/certs/ca-certificates.crt";

/** The authorities that Node trusts, which are Mozilla's, as Debian's own list is. */
export const certificates = `${rootCertificates.join("\n")}\n`;

/**
 * A file system of unpacked Debian 12 packages and all they depend on. No maintainer script is run; the little that
 * they would have set up and programs rely on is added here.
 *
 * @param packages Names of packages.
 */
export async function debianRoot(
  installer: Installer,
  packages: readonly string[],
  progress: Progress,
  task: Task,
  log: string,
): Promise<Tree> {
  const suite = bookworm(await keyring(installer, progress));
  const debs = await fetchDebs(suite, packages, task, log);
  const tree = new Tree(true);
  await limits.pack.run(async () => {
    for (const [index, deb] of debs.entries()) {
      task.update(`unpacking ${index + 1}/${debs.length} packages`);
      await addPackage(tree, deb);
    }
  });
  return tree
    .prune((path) => unwanted.test(path))
    .folder("/tmp", 0o1777)
    .folder("/root", 0o700)
    .folder("/proc")
    .folder("/sys")
    .folder("/dev")
    .folder("/run")
    .folder("/mnt")
    .folder("/usr/local/bin")
    .folder("/var/tmp", 0o1777)
    .link("/var/run", "/run")
    .file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n")
    .file("/etc/group", "root:x:0:\nnogroup:x:65534:\n")
    .file("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")
    .file(certificatesPath, certificates);
}

/** Debian's keys: the machine's, or on Ubuntu those that its own archive has. */
async function keyring(installer: Installer, progress: Progress): Promise<string> {
  if (existsSync(debianKeyring)) return debianKeyring;
  return join(await installer.builderFolder("debian-archive-keyring", progress), "root", debianKeyring);
}

async function addPackage(tree: Tree, deb: string): Promise<void> {
  const child = execa("dpkg-deb", ["--fsys-tarfile", deb], { stdin: "ignore", buffer: false });
  const unpack = extract();
  child.stdout.pipe(unpack);
  for await (const entry of unpack) {
    const { header } = entry;
    const path = absolute(header.name);
    const common = { mode: header.mode ?? 0o644, uid: header.uid ?? 0, gid: header.gid ?? 0 };
    const content = await buffer(entry);
    if (header.type === "directory") tree.add(path, { type: "directory", ...common });
    else if (header.type === "symlink") tree.add(path, { type: "symlink", target: header.linkname ?? "" });
    else if (header.type === "link")
      tree.add(path, { type: "link", target: absolute(header.linkname ?? ""), ...common });
    else if (header.type === "file" || header.type === "contiguous-file")
      tree.add(path, { type: "file", content, ...common });
  }
  await child;
}

const absolute = (name: string): string => `/${name.replace(/^\.?\/+/, "").replace(/\/+$/, "")}`;
