import * as pulumi from "@pulumi/pulumi";
import path from "node:path";
import { NAMESPACE } from "../infra/settings";
import { projectRoot } from "./options";
import { type Answers, recordResources, type RecordedResource, REDACTED } from "./recorder";

/** Outputs of the kinds that compute something, as far as the program builds on them. */
const answers: Answers = {
  "random:index/randomPassword:RandomPassword": () => ({
    result: pulumi.secret(REDACTED),
    bcryptHash: pulumi.secret(REDACTED),
  }),
  "random:index/randomString:RandomString": () => ({ result: REDACTED }),
  "random:index/randomId:RandomId": () => ({ hex: REDACTED, b64Url: REDACTED, b64Std: REDACTED, dec: "0" }),
  "kubeflow-stack:cluster:LocalNode": () => ({
    kubeconfig: pulumi.secret(kubeconfig),
    containerdSocket: "/run/containerd.sock",
  }),
  // An image's reference is known before it is built: it is a hash of its folder.
  "kubeflow-stack:images:ContainerImage": async (inputs) => {
    const { containerImage } = await import("../plugins/stack/kinds/containerImage.js");
    const news = inputs as unknown as Parameters<NonNullable<typeof containerImage.check>>[0];
    const checked = await containerImage.check?.(news, undefined, noContext);
    const known = checked && (await containerImage.previewState?.(checked.inputs, undefined, noContext));
    return { digest: `sha256:${"0".repeat(64)}`, ...known };
  },
  "kubeflow-stack:storage:ModelVersion": () => ({ accuracy: 0 }),
};

/** The context of a call to a kind, where no engine calls. */
const noContext = {
  urn: "",
  name: "",
  type: "",
  preview: true,
  timeoutSeconds: 0,
  signal: new AbortController().signal,
  log: () => undefined,
  status: () => undefined,
};

const kubeconfig = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "none",
  contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
  clusters: [{ name: "none", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "none", user: {} }],
});

/**
 * Runs the whole program in this process and records its resources, with secrets redacted.
 * @param config - configuration by key, without the namespace
 * @param stack - the stack's name
 * @param folder - the folder of the project whose program runs
 */
export async function recordProgram(
  config: Readonly<Record<string, unknown>>,
  stack: string,
  folder: string = projectRoot,
): Promise<RecordedResource[]> {
  const entries = Object.entries(config).map(([key, value]) => [
    `${NAMESPACE}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries) as Record<string, string>);
  const run = async () => {
    const { default: program } = (await import(path.join(folder, "index.ts"))) as {
      default: () => Promise<Record<string, unknown>>;
    };
    return program();
  };
  return recordResources(run, { answers, project: NAMESPACE, stack, redact: true });
}
