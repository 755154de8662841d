/** How a service is started in its place. */
import { join } from "node:path";
import { type NodePaths } from "./paths";
import { recordFile, type Service } from "./supervision";
import { type Uplink } from "./uplink";

/**
 * The command line that runs a service in its place, as a member of the node's process namespace, and the environment for it.
 * That is handed down, never written out: a proxy's address may hold a password, and everybody can read command lines.
 * @param namespaceHolder - process id of the node's first process
 */
export function placed(
  { command, isolatedArgs = [], env, place, name }: Service,
  paths: NodePaths,
  namespaceHolder: number,
  uplink: Uplink,
): { command: string[]; env: Readonly<Record<string, string>> } {
  const record = ["sh", join(paths.config, "launch.sh"), recordFile(paths, name)];
  const inside = ["nsenter", "-t", `${namespaceHolder}`, "-m", "-n", "-u", "-i", "--"];
  // pasta leaves behind the right to look into other processes before it opens the network namespace: it is given it open.
  const beside = ["sh", "-c", 'exec 3<"$0"; exec "$@"', `/proc/${namespaceHolder}/ns/net`];
  const words = [
    ...["nsenter", "-t", `${namespaceHolder}`, "-p", "--"],
    ...record,
    ...(place === "node" ? inside : beside),
    ...[...command, ...(uplink.interface === undefined ? isolatedArgs : [])],
  ];
  return { command: words, env };
}
