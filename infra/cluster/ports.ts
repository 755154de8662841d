/** The NodePorts at which the stack's services are found, the same on every cluster. */
export const nodePorts = {
  page: 30080,
  predictor: 30081,
  objectStore: 30900,
  objectStoreConsole: 30901,
} as const;

/** A service that can be reached from this machine. */
export type PublishedName = keyof typeof nodePorts;
