/** Stand-in for the official `kubernetes` plugin, for machines that cannot get it. */
import { serveProvider } from "../base";
import { KubernetesProvider } from "./provider";

void serveProvider(new KubernetesProvider());
