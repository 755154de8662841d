/** A few plain questions to the node's API server, without a client library's seconds of start. */
import { Agent, request } from "node:https";
import { parse } from "yaml";

interface Kubeconfig {
  clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
  users: { user: { "client-certificate-data": string; "client-key-data": string } }[];
}

/** Asks the API server that a kubeconfig of kubeadm names. */
export class NodeApi {
  private readonly agent: Agent;
  private readonly server: string;

  constructor(kubeconfig: string) {
    const { clusters, users } = parse(kubeconfig) as Kubeconfig;
    const [cluster] = clusters;
    const [user] = users;
    if (!cluster || !user) throw new Error("The node's kubeconfig names no cluster or no user; delete the node.");
    const decode = (text: string) => Buffer.from(text, "base64");
    this.server = cluster.cluster.server;
    this.agent = new Agent({
      ca: decode(cluster.cluster["certificate-authority-data"]),
      cert: decode(user.user["client-certificate-data"]),
      key: decode(user.user["client-key-data"]),
    });
  }

  /** The body of a GET; throws when there is no answer within `timeoutMs`, or one that is not 200. */
  async get(path: string, timeoutMs = 3000): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request(
        new URL(path, this.server),
        { agent: this.agent, timeout: timeoutMs, signal: AbortSignal.timeout(timeoutMs) },
        (response) => {
          let body = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (body += chunk));
          response.on("error", reject);
          response.on("end", () =>
            response.statusCode === 200
              ? resolve(body)
              : reject(new Error(`${path} answers ${response.statusCode}: ${body.slice(0, 300)}`)),
          );
        },
      );
      asked.on("error", reject);
      asked.end();
    });
  }
}
