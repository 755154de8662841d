import type { Settings } from "../settings";

/** The NodePorts at which the stack's services are found, the same on every cluster. */
export const nodePorts = {
  page: 30080,
  predictor: 30081,
  objectStore: 30900,
  objectStoreConsole: 30901,
  dashboard: 30082,
  knative: 30083,
} as const;

/** A service that can be reached from this machine. */
export type PublishedName = keyof typeof nodePorts;

/** What a stack publishes: only Kubeflow has a dashboard, and Knative's gateway is there where it was asked for. */
export function publishedNames({ profile, knativeIngress }: Pick<Settings, "profile" | "knativeIngress">) {
  const without = new Set<PublishedName>();
  if (profile !== "full") without.add("dashboard");
  if (knativeIngress === "none") without.add("knative");
  return (Object.keys(nodePorts) as PublishedName[]).filter((name) => !without.has(name));
}
