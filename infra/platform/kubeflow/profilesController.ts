import type { Product } from "../product";

/** Profiles: a namespace for each user, with its rights. Needs Istio. Ready when its controller is. */
export const profilesController: Product = {
  name: "profiles",
  overlays: ["applications/profiles/pss"],
  needs: ["istio"],
};
