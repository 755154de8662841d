/** Users as dex knows them: in its configuration, with their passwords' hashes in its environment. */
import { createHash } from "node:crypto";
import type { Values } from "../settings";
import type { SecretValue } from "./product";

type User = Values["users"][number];

const idOf = ({ email }: User): string => createHash("sha256").update(email).digest("hex").slice(0, 16);

/** The variable from which dex reads the hash of a user's password. It depends on the address alone, so that adding a user changes no other. */
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

/** The password of a user: letters and digits. */
export const passwordOf = (user: User) => ({ generated: secretName(user), length: 24 });

/** The environment from which dex reads the hashes. */
export const passwordHashes = (users: readonly User[]): Record<string, SecretValue> =>
  Object.fromEntries(users.map((user) => [variableOf(user), { ...passwordOf(user), as: "bcrypt" }]));

const secretName = ({ email }: User): string => `user-password-${email.replace(/[^a-z0-9]+/g, "-")}-${idOf({ email })}`;
