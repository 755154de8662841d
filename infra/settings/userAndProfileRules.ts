/** How users and profiles must fit each other. */
import { type Fault, show } from "./faults";
import { addressName, contributorsOf } from "./users";
import type { Values } from "./schema";

/** Namespaces that Kubernetes has, or that belong to a family of programs. */
const reserved = /^(default|kube-.*|knative-.*)$/;

/**
 * The faults of users and profiles that are valid by themselves.
 * @param namespaces - of products and workloads, which no Profile may take over
 */
export function userAndProfileRules(
  { users, profiles }: Pick<Values, "users" | "profiles">,
  namespaces: readonly string[],
): Fault[] {
  const emails = users.map(({ email }) => email);
  const groups = new Set(users.flatMap((user) => user.groups ?? []));
  const faults: Fault[] = [];
  const fault = (key: string, value: unknown, remedy: string) => faults.push({ key, value: show(value), remedy });

  users.forEach(({ email }, index) => {
    if (emails.indexOf(email) < index) fault(`users.${index}.email`, email, "remove it, since the list has it before.");
  });
  const [, ...others] = users.flatMap(({ admin }, index) => (admin ? [index] : []));
  for (const index of others)
    fault(`users.${index}.admin`, true, "remove it: Kubeflow's access management knows one administrator.");
  profiles.forEach(({ name, owner, contributors = [], groups: own = [] }, index) => {
    const key = `profiles.${index}`;
    if (profiles.findIndex((other) => other.name === name) < index)
      fault(`${key}.name`, name, "give another name, since the list has this one before.");
    if (reserved.test(name) || namespaces.includes(name))
      fault(`${key}.name`, name, "give another name, since this namespace is the platform's own.");
    const unknown = "name one of users, or add it there.";
    if (!emails.includes(owner)) fault(`${key}.owner`, owner, unknown);
    contributors.forEach((one, place) => {
      if (!emails.includes(one)) fault(`${key}.contributors.${place}`, one, unknown);
    });
    const both = contributorsOf({ owner, contributors, groups: own }, users);
    both.forEach((one, place) => {
      const other = both.slice(0, place).find((before) => addressName(before) === addressName(one));
      if (other !== undefined)
        fault(
          key,
          one,
          `take ${one} or ${other} out: Kubeflow's access management cannot tell them apart in a profile.`,
        );
    });
    own.forEach((group, place) => {
      if (!groups.has(group)) fault(`${key}.groups.${place}`, group, "name a group that one of users is in.");
    });
  });
  return faults;
}
