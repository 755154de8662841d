import * as k8s from "@pulumi/kubernetes";
import { type AddressInfo, createServer } from "node:net";
import { LocalPathStorage } from "../../../infra/cluster/storage";
import { baseImages } from "../../../infra/versions";
import { recordResources } from "../../../engine/recorder";

/** A port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The objects of the storage provisioner, as the cluster component declares them. */
export async function storageObjects(): Promise<unknown[]> {
  const recorded = await recordResources(() => {
    new LocalPathStorage("storage", { provider: new k8s.Provider("provider", {}) });
  });
  return recorded.filter(({ type }) => /^kubernetes:.*\/v1:/.test(type)).map(({ inputs }) => inputs);
}

/** A pod that serves a folder of a volume, its service at a NodePort, and its claim. */
export function webObjects(nodePort: number): unknown[] {
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "disk" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "web", labels: { app: "web" } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "web",
            image: baseImages.python,
            imagePullPolicy: "Never",
            command: ["python3", "-m", "http.server", "8080", "--directory", "/disk"],
            readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
            volumeMounts: [{ name: "disk", mountPath: "/disk" }],
          },
        ],
        volumes: [{ name: "disk", persistentVolumeClaim: { claimName: "disk" } }],
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web" },
      spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080, nodePort }] },
    },
  ];
}
