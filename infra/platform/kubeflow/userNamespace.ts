import type { Product } from "../product";

/** The profile of the first user, whose namespace the profile controller makes. Needs profiles. */
export const userNamespace: Product = {
  name: "user-namespace",
  overlays: ["common/user-namespace/base"],
  needs: ["profiles"],
};
