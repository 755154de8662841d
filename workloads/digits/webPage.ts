import * as k8s from "@pulumi/kubernetes";
import * as kx from "@pulumi/kubernetesx";
import * as pulumi from "@pulumi/pulumi";
import { beforeStop, containerSecurity, podSecurity, withoutGap } from "./pods";

export interface WebPageArgs {
  readonly namespace: pulumi.Input<string>;
  readonly image: pulumi.Input<string>;
  /** The predictor's root as pods see it. */
  readonly predictorUrl: pulumi.Input<string>;
  readonly modelName: string;
  /** The port of every node under which the page is published. */
  readonly nodePort: number;
}

const port = 8080;

/** The web page and the small server behind it. It is up before the model is, and says so. */
export class WebPage extends pulumi.ComponentResource {
  readonly deployment: k8s.apps.v1.Deployment;

  constructor(name: string, args: WebPageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:digits:WebPage", name, {}, opts);
    const child: pulumi.CustomResourceOptions = {
      parent: this,
      ...(opts?.deletedWith && { deletedWith: opts.deletedWith }),
    };
    const pod = new kx.PodBuilder({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: podSecurity,
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name,
          image: args.image,
          imagePullPolicy: "IfNotPresent",
          env: { PREDICTOR_URL: args.predictorUrl, MODEL_NAME: args.modelName, PORT: String(port) },
          ports: { http: port },
          readinessProbe: { httpGet: { path: "/readyz", port }, periodSeconds: 2, failureThreshold: 2 },
          livenessProbe: { httpGet: { path: "/healthz", port }, periodSeconds: 10, timeoutSeconds: 5 },
          lifecycle: beforeStop,
          resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } },
          securityContext: containerSecurity,
        },
      ],
    });
    this.deployment = new k8s.apps.v1.Deployment(
      name,
      {
        metadata: { name, namespace: args.namespace },
        spec: pod.asDeploymentSpec({ replicas: 1, strategy: withoutGap, revisionHistoryLimit: 2 }),
      },
      child,
    );
    new k8s.core.v1.Service(
      `${name}-published`,
      {
        metadata: { name, namespace: args.namespace },
        spec: {
          type: "NodePort",
          selector: this.deployment.spec.selector.matchLabels,
          ports: [{ name: "http", port: 80, targetPort: port, nodePort: args.nodePort, protocol: "TCP" }],
        },
      },
      child,
    );
    this.registerOutputs({});
  }
}
