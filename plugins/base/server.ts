/** The gRPC face of a provider: the engine's protocol, once for all our plugins. */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { handlers } from "./handlers";
import { ProviderHost } from "./host";
import { superviseProcess } from "./lifecycle";
import type { Provider } from "./provider";

/** Starts a gRPC server for the provider on a free loopback port. */
export async function listen(host: ProviderHost): Promise<{ server: grpc.Server; port: number }> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, handlers(host));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { server, port };
}

/** The engine's address among a plugin's arguments, past the logging flags the engine may add. */
export function engineAddress(args: readonly string[]): string | undefined {
  const rest = [...args];
  while (rest.length > 0) {
    const arg = rest.shift();
    if (arg === "--tracing") rest.shift();
    else if (arg !== undefined && !arg.startsWith("-")) return arg;
  }
  return undefined;
}

/**
 * Serves a provider until the engine is done with it. Prints the port, which is how the engine finds it.
 * @param args the process's arguments: the engine's address
 */
export async function serveProvider(provider: Provider, args = process.argv.slice(2)): Promise<void> {
  const host = new ProviderHost(provider);
  const address = engineAddress(args);
  if (address !== undefined) host.engine.attach(address);
  const { port } = await listen(host);
  superviseProcess(() => host.stop(), address !== undefined);
  process.on("unhandledRejection", (reason) => {
    // A stray rejection belongs to no call; to die of it would lose the calls that are under way.
    host.engine.send("debug", `unhandled rejection: ${reason instanceof Error ? reason.message : String(reason)}`);
  });
  process.stdout.write(`${port}\n`);
}
