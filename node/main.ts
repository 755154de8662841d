/** Nodes from the shell, without Pulumi: `main.ts up|down|status NAME [API_PORT [NAME:HOST_PORT:NODE_PORT...]]`. */
import { bringUp } from "./bringUp";
import { checkHost } from "./checkHost";
import { nodeHealth } from "./health";
import { ownerByUrn } from "./owner";
import { defaultStateDir } from "./paths";
import { takeDown } from "./remove";
import { DEFAULT_SUBNET, type NodeSettings } from "./settings";
import { KUBERNETES_VERSION, toolchainSupplies } from "./toolchainSupplies";

async function main([verb = "", name = "dev", apiPort = "16443", ...published]: string[]): Promise<void> {
  const stateDir = defaultStateDir(name);
  const owner = ownerByUrn(`urn:pulumi:${name}::kubeflow-stack`);
  const began = Date.now();
  const status = (message: string) =>
    process.stderr.write(`${((Date.now() - began) / 1000).toFixed(1)} s  ${message}\n`);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  switch (verb) {
    case "up": {
      const publish = published.map((text) => {
        const [port = "", hostPort, nodePort] = text.split(":");
        return { name: port, hostPort: Number(hostPort), nodePort: Number(nodePort) };
      });
      const settings: NodeSettings = {
        ...{ name, stateDir, publish, apiPort: Number(apiPort) },
        ...{ kubernetesVersion: KUBERNETES_VERSION, subnet: DEFAULT_SUBNET, images: [] },
      };
      const faults = await checkHost(settings, owner);
      if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join("\n"));
      const node = await bringUp(settings, owner, await toolchainSupplies(KUBERNETES_VERSION, stop.signal, status));
      status(`ready; KUBECONFIG=${node.stateDir}/kubeconfig`);
      return;
    }
    case "down":
      await takeDown(stateDir, owner, stop.signal, status);
      status("gone");
      return;
    case "status":
      process.stdout.write(`${JSON.stringify(await nodeHealth(stateDir), undefined, 2)}\n`);
      return;
    default:
      throw new Error(`"${verb}" is not a verb: use up, down or status, followed by the node's name.`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
