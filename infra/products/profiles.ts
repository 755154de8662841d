import { mapAt, of, patch } from "../objects";
import { restartedBy } from "./podPatches";
import type { Product } from "./product";

const namespace = "kubeflow";

/**
 * Profiles: a namespace for each user, with its rights, and the access management behind the dashboard, which knows one administrator.
 * Brings the profiles of the settings.
 */
export const profiles: Product = {
  name: "profiles",
  profiles: ["full"],
  dependsOn: [
    { product: "istio", mode: "ready" },
    { product: "minio", mode: "present" },
    { product: "kubeflow-roles", mode: "present" },
  ],
  overlays: ["applications/profiles/pss"],
  namespacesFor: (settings) => settings.profiles.map(({ name }) => name),
  settingsPatches({ users }) {
    const admin = users.find((user) => user.admin)?.email ?? "";
    return [
      patch("the administrator", of("ConfigMap", /^profiles-config-/, namespace), (object) => {
        const data = mapAt(object, "data");
        if (data) data["ADMIN"] = admin;
      }),
      restartedBy("the administrator", of("Deployment", "profiles-deployment", namespace), admin),
    ];
  },
  component: { load: async () => (await import("./access.js")).createAccess },
};
