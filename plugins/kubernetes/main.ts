/** Stand-in for the official `kubernetes` plugin, for machines that cannot get it. */
import { serveProvider } from "../base";
import { KubernetesProvider } from "./provider";

void serveProvider(new KubernetesProvider());
// The client library takes a while to load; do it while the engine reads the port.
void import("@kubernetes/client-node");
