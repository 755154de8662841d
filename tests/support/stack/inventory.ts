import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ensureTools } from "../../../infra/recipes";

const run = promisify(execFile);

/** Kinds whose objects come and go by themselves. */
const passing =
  /^(events(\.events\.k8s\.io)?|leases\.coordination\.k8s\.io|endpoints|endpointslices\.discovery\.k8s\.io)$/;

/**
 * The names of everything in a cluster, as `kind.group/namespace/name`, but for what comes and goes by itself.
 * @param kubeconfigPath - an administrator's
 */
export async function inventory(kubeconfigPath: string): Promise<string[]> {
  const tools = await ensureTools(["kubernetes"]);
  const kubectl = async (...args: string[]): Promise<string[]> => {
    const words = ["--kubeconfig", kubeconfigPath, ...args];
    const { stdout } = await run(tools.bin("kubectl"), words, { maxBuffer: 1 << 28 });
    return stdout.split("\n").filter(Boolean);
  };
  const kinds = await kubectl("api-resources", "--verbs=list,create", "--output=name");
  const wanted = kinds.filter((kind) => !passing.test(kind)).join(",");
  const columns = "--output=custom-columns=:apiVersion,:kind,:metadata.namespace,:metadata.name";
  const lines = await kubectl("get", wanted, "--all-namespaces", "--ignore-not-found", "--no-headers", columns);
  return lines.map((line) => line.trim().split(/\s+/).join(" ")).sort();
}
