import { mapAt, of, patch } from "../../manifests";
import { restartedBy } from "../podPatches";
import type { Product } from "../product";

const namespace = "kubeflow";

/**
 * Profiles: a namespace for each user, with its rights, and the access management behind the dashboard, which knows one
 * administrator. Needs Istio, and the roles that it gives users. Ready when its controller is.
 */
export const profilesController: Product = {
  name: "profiles",
  overlays: ["applications/profiles/pss"],
  needs: ["istio"],
  requires: ["kubeflow-roles"],
  configured({ users }) {
    const admin = users.find((user) => user.admin)?.email ?? "";
    return [
      patch("the administrator", of("ConfigMap", /^profiles-config-/, namespace), (object) => {
        const data = mapAt(object, "data");
        if (data) data["ADMIN"] = admin;
      }),
      restartedBy("the administrator", of("Deployment", "profiles-deployment", namespace), admin),
    ];
  },
};
