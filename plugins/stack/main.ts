/** The project's own plugin, `kubeflow-stack`: the local node, images, buckets and what else is not Kubernetes'. */
import { servePlugin } from "../base";
import { kinds } from "./kinds";

void servePlugin({ name: "kubeflow-stack", version: "0.1.0", kinds });
