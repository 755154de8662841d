/** Parts of Kubernetes that several examples use. */

export const metadata = { name: "example", namespace: "team", labels: { a: "b" }, annotations: { c: "d" } };

export const container = {
  name: "main",
  image: "example.org/trainer:1",
  command: ["node"],
  args: ["serve"],
  env: [
    { name: "A", value: "b" },
    { name: "KEY", valueFrom: { secretKeyRef: { name: "credentials", key: "accesskey" } } },
  ],
  ports: [{ containerPort: 8080, protocol: "TCP" }],
  resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
  readinessProbe: { httpGet: { path: "/v2/health/ready", port: 8080 }, periodSeconds: 2 },
  livenessProbe: { httpGet: { path: "/v2/health/live", port: 8080 }, periodSeconds: 10 },
  lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
  volumeMounts: [{ name: "scratch", mountPath: "/tmp" }],
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};

export const volumes = [{ name: "scratch", emptyDir: {} }];
export const tolerations = [{ key: "gpu", operator: "Exists", effect: "NoSchedule" }];
export const imagePullSecrets = [{ name: "registry" }];
