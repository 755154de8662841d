/** The project's own plugin, `kubeflow-stack`: the local node, images, buckets and what else is not Kubernetes'. */
import { servePlugin } from "../base";
import { kinds } from "./kinds";

// Users of containers read files that the plugin and the node create, whatever the umask of a plain `pulumi up` is.
process.umask(0o022);
void servePlugin({ name: "kubeflow-stack", version: "0.1.0", kinds });
