import { Profile, type ProfileArgs } from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";

const args: Whole<ProfileArgs> = {
  metadata: { name: "team", labels: { a: "b" }, annotations: { c: "d" } },
  spec: {
    owner: { kind: "ServiceAccount", name: "ci", namespace: "build", apiGroup: "rbac.authorization.k8s.io" },
    resourceQuotaSpec: { hard: { "requests.cpu": "8", pods: 10 }, scopes: ["NotTerminating"] },
    plugins: [{ kind: "WorkloadIdentity", spec: { gcpServiceAccount: "team@example.org" } }],
  },
};

export const profile: Example = {
  kind: "Profile",
  make: () => new Profile("example", args),
  maps: ["/spec/resourceQuotaSpec/hard"],
  documents: ["/spec/plugins/0/spec"],
  wrong: { "/spec/owner": { kind: "User" }, "/spec/resourceQuotaSpec/hard/pods": true },
};
