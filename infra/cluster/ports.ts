/** The NodePorts at which the stack's services are found, the same on every cluster. */
export const nodePorts = {
  page: 30080,
  predictor: 30081,
  objectStore: 30900,
  objectStoreConsole: 30901,
  dashboard: 30082,
} as const;

/** A service that can be reached from this machine. */
export type PublishedName = keyof typeof nodePorts;

/** What a profile publishes: only Kubeflow has a dashboard. */
export function publishedNames(profile: "core" | "full"): PublishedName[] {
  const names = Object.keys(nodePorts) as PublishedName[];
  return profile === "full" ? names : names.filter((name) => name !== "dashboard");
}
