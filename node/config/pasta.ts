/** pasta: the node's way out, and the ports of this machine that lead into it. */
import { type NodeSettings, type PublishedPort } from "../settings";
import { type NodeNetwork } from "../subnets";
import { type NodeTools } from "../tools";
import { API_PORT } from "./kubeadm";

/** Name of the interface, inside the node, that leads out. */
export const UPLINK = "uplink";

/** The ports of 127.0.0.1 that lead into the node, with where they lead. */
export function publishedPorts({ apiPort, publish }: NodeSettings): PublishedPort[] {
  return [{ name: "api", hostPort: apiPort, nodePort: API_PORT }, ...publish];
}

/** What pasta needs to be told where there is no default route to take its own addresses from: it still publishes ports. */
export const PASTA_ISOLATED = ["--interface", "lo", "--mac-addr", "02:00:00:00:00:01"];

/** pasta's command line; the network namespace is handed over open, as descriptor 3. */
export function pastaCommand(settings: NodeSettings, network: NodeNetwork, tools: NodeTools): string[] {
  const ports = publishedPorts(settings).flatMap(({ hostPort, nodePort }) => [
    "-t",
    `127.0.0.1/${hostPort}:${nodePort}`,
  ]);
  return [
    tools.pasta,
    "--foreground",
    "--ipv4-only",
    "--config-net",
    ...["--ns-ifname", UPLINK],
    ...["--address", network.uplink, "--netmask", `${network.uplinkPrefix}`, "--gateway", network.gateway],
    ...["--dns-forward", network.resolver],
    // Pods have no business with what listens on this machine's loopback.
    "--no-map-gw",
    ...ports,
    ...["-u", "none", "-T", "none", "-U", "none"],
    // It drops all rights but those over its namespaces itself; as nobody it could not enter them.
    ...["--runas", "0:0"],
    ...["--netns-only", "--netns", "/proc/self/fd/3"],
  ];
}
