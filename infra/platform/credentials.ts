import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** Generated credentials that more than one product, or a person, needs. */
export interface Credentials {
  /** A secret of a given length, under a name; asked for twice, it is the same. */
  secret(name: string, length: number): random.RandomPassword;
}

/**
 * Generates credentials and keeps them in the stack's state, encrypted.
 * @param rotation raising it replaces them all
 * @param parent the component that owns them
 */
export function generatedCredentials(rotation: number, parent: pulumi.Resource): Credentials {
  const made = new Map<string, random.RandomPassword>();
  return {
    secret(name, length) {
      const key = made.get(name);
      if (key) return key;
      const keepers = { rotation: String(rotation) };
      const password = new random.RandomPassword(name, { length, special: false, keepers }, { parent });
      made.set(name, password);
      return password;
    },
  };
}
