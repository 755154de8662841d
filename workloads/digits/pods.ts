import type * as k8s from "@pulumi/kubernetes";

/** The user of our own images, who owns nothing and may do nothing. */
const nobody = 65532;

/** What every pod of the workload keeps to: the rules of Kubernetes' `restricted` pod security standard. */
export const podSecurity: k8s.types.input.core.v1.PodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: nobody,
  runAsGroup: nobody,
  fsGroup: nobody,
  seccompProfile: { type: "RuntimeDefault" },
};

/** What every container keeps to: it writes to its volumes alone. */
export const containerSecurity: k8s.types.input.core.v1.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/** A folder for temporary files, as the root cannot be written to. */
export const temporary = {
  volume: { name: "tmp", emptyDir: { sizeLimit: "256Mi" } } satisfies k8s.types.input.core.v1.Volume,
  mountPath: "/tmp",
};

/**
 * Keeps a pod that is to go serving for a moment: the cluster's nodes need it to learn that they should send it nothing new,
 * and the signal to end must not come before.
 */
export const beforeStop: k8s.types.input.core.v1.Lifecycle = { preStop: { sleep: { seconds: 5 } } };

/** A new pod takes over before an old one goes, so that none is ever missing. */
export const withoutGap = {
  type: "RollingUpdate",
  rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
} as const;
