import type { Endpoint } from "../../endpoints";

/** Where the gateway is published, behind which the central dashboard is. */
export const dashboardEndpoint = {
  name: "dashboard",
  nodePort: 30082,
  defaultPort: 8082,
  what: "Kubeflow's dashboard",
  condition: "in profile full",
  output: "dashboardUrl",
  label: "Dashboard",
  note: ({ dashboardUser }) => (typeof dashboardUser === "string" ? `as ${dashboardUser}` : undefined),
} satisfies Endpoint;
