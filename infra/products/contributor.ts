import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { AuthorizationPolicy } from "../crds";
import { addressName } from "../settings";

/** Who may send requests in a user's name within the mesh: the gateway, and the pipelines' page. */
const onBehalfOfUsers = [
  "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account",
  "cluster.local/ns/kubeflow/sa/ml-pipeline-ui",
];

/**
 * Lets a user work in another user's profile. Creates the two objects as Kubeflow's access management does for a contributor, so that
 * its page lists them.
 * @param profile the profile's name, and its namespace's
 * @param email the user
 */
export function contributor(profile: string, email: string, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const name = `user-${addressName(email)}-clusterrole-edit`;
  const metadata = { name, namespace: profile, annotations: { user: email, role: "edit" } };
  const apiGroup = "rbac.authorization.k8s.io";
  return [
    new k8s.rbac.v1.RoleBinding(
      `${profile}-${name}`,
      {
        metadata,
        roleRef: { apiGroup, kind: "ClusterRole", name: "kubeflow-edit" },
        subjects: [{ apiGroup, kind: "User", name: email }],
      },
      opts,
    ),
    new AuthorizationPolicy(
      `${profile}-${name}`,
      {
        metadata,
        spec: {
          rules: [
            {
              from: [{ source: { principals: onBehalfOfUsers } }],
              when: [{ key: "request.headers[kubeflow-userid]", values: [email] }],
            },
          ],
        },
      },
      opts,
    ),
  ];
}
