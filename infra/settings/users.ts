/** Users of profile `full`, and the profiles (namespaces) that they own or work in. */
import { z } from "zod";
import { decoded, text } from "./values";

const email = text(
  /^[a-z0-9][a-z0-9._+-]*@[a-z0-9][a-z0-9.-]*$/,
  "give an e-mail address in lower case, as in user@example.com.",
);
const group = text(/^\w[\w.:-]*$/, "give the name of a group, as in researchers.");
const emails = z.array(email, { error: 'give a list of e-mail addresses, as in ["user@example.com"].' });
const groups = z.array(group, { error: 'give a list of groups, as in ["researchers"].' });

/** A user who may log in. The password is generated. */
export const user = z.strictObject(
  {
    email,
    /** The `groups` claim of their tokens. */
    groups: groups.optional(),
    /** Whether the user administers every profile. Kubeflow's access management knows one such user. */
    admin: z.boolean({ error: "give true or false." }).optional(),
  },
  { error: "give an object, as in {email: user@example.com}." },
);

/** A Profile: a namespace, its owner and its contributors. */
export const profile = z.strictObject(
  {
    name: text(
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      "give the name of a namespace, at most 63 of a-z, 0-9 and inner dashes.",
    ),
    owner: email,
    /** Users who may change what is in it. */
    contributors: emails.optional(),
    /** Groups whose members may change what is in it. */
    groups: groups.optional(),
    /** Hard limits of its ResourceQuota, by resource. */
    quota: z
      .record(
        z.string(),
        z.union([z.number(), z.string()], { error: "give a quantity, as in 8 or 16Gi." }).transform(String),
        { error: "give limits by resource, as in {cpu: 8, memory: 16Gi}." },
      )
      .optional(),
  },
  { error: "give an object, as in {name: team, owner: user@example.com}." },
);

/** Upstream's one user. */
export const defaultUsers = [{ email: "user@example.com" }] satisfies z.infer<typeof user>[];

/** Upstream's one profile. */
export const defaultProfiles = [{ name: "kubeflow-user-example-com", owner: "user@example.com" }] satisfies z.infer<
  typeof profile
>[];

/** The users. */
export const users = z
  .preprocess(decoded, z.array(user, { error: "give a list of users, as in [{email: user@example.com}]." }).min(1))
  .default(defaultUsers);

/** The profiles. */
export const profiles = z
  .preprocess(
    decoded,
    z.array(profile, { error: "give a list of profiles, as in [{name: team, owner: user@example.com}]." }),
  )
  .default(defaultProfiles);

/** Users who work in a profile beside its owner: the named ones, and the members of named groups. */
export function contributorsOf(
  { owner, contributors = [], groups: own = [] }: Pick<z.infer<typeof profile>, "owner" | "contributors" | "groups">,
  users: readonly z.infer<typeof user>[],
): string[] {
  const members = users.filter((one) => one.groups?.some((each) => own.includes(each)));
  const all = new Set([...contributors, ...members.map(({ email }) => email)]);
  all.delete(owner);
  return [...all];
}

/** A user's address in the names of objects, as Kubeflow's access management writes it. */
export const addressName = (email: string): string => email.toLowerCase().replace(/[^a-z0-9]+/g, "-");
