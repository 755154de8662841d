/** Users as dex knows them: who they are in its configuration, their passwords' hashes in its environment. */
import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../settings";
import type { ProductContext } from "../product";

type User = Settings["users"][number];

const idOf = ({ email }: User): string => createHash("sha256").update(email).digest("hex").slice(0, 16);

/** The variable that dex reads the hash of a user's password from. It follows from the address, so that one user more changes no other. */
const variableOf = (user: User): string => `DEX_USER_PASSWORD_${idOf(user).toUpperCase()}`;

/** A user's entry among dex's static passwords. */
export function staticPassword(user: User): Record<string, unknown> {
  return {
    email: user.email,
    hashFromEnv: variableOf(user),
    username: user.email.slice(0, user.email.indexOf("@")),
    userID: idOf(user),
    ...(user.groups && { groups: user.groups }),
  };
}

/** The password of a user: an output of the stack. */
export function userPassword({ credentials }: Pick<ProductContext, "credentials">, user: User): pulumi.Output<string> {
  return credentials.secret(secretName(user), 24).result;
}

/** The environment that dex reads the hashes from. */
export function passwordHashes({
  credentials,
  users,
}: Pick<ProductContext, "credentials" | "users">): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    users.map((user) => [variableOf(user), credentials.secret(secretName(user), 24).bcryptHash]),
  );
}

const secretName = ({ email }: User): string => `user-password-${email.replace(/[^a-z0-9]+/g, "-")}-${idOf({ email })}`;
