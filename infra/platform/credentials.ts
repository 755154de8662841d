import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Credentials } from "../products/component";

/**
 * Generates credentials and keeps them in the stack's state, encrypted.
 * @param rotation - raising it replaces them all
 * @param parent - the component that owns them
 */
export function generatedCredentials(rotation: number, parent: pulumi.Resource): Credentials {
  const known = new Map<string, random.RandomPassword>();
  return {
    generate(name, length) {
      const found = known.get(name);
      if (found) return found;
      const keepers = { rotation: String(rotation) };
      const password = new random.RandomPassword(name, { length, special: false, keepers }, { parent });
      known.set(name, password);
      return password;
    },
  };
}
