/** The way back to the engine: what a plugin says while it works. */
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { type Severity } from "./provider";

const severities: Record<Severity, LogSeverity> = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};

/** Sends messages to the engine; without an engine (a test) they are dropped. */
export class EngineLog {
  private client: EngineClient | undefined;
  private readonly underway = new Set<Promise<void>>();

  /** @param address `host:port` of the engine, as it hands it to the plugin */
  attach(address: string): void {
    this.client?.close();
    this.client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  /**
   * Sends one message.
   * @param urn the resource it is about; empty for the run as a whole
   * @param ephemeral true for progress that the next message replaces
   */
  send(severity: Severity, message: string, urn = "", ephemeral = false): void {
    const client = this.client;
    if (client === undefined) return;
    const request = new LogRequest();
    request.setSeverity(severities[severity]);
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    const sent = new Promise<void>((resolve) => {
      // A message that cannot be delivered is no reason to fail the operation it is about.
      client.log(request, () => resolve());
    });
    this.underway.add(sent);
    void sent.then(() => this.underway.delete(sent));
  }

  /** Waits until what was sent has arrived, so that it is not shown after the operation it is about. */
  async flush(): Promise<void> {
    await Promise.all(this.underway);
  }

  close(): void {
    this.client?.close();
    this.client = undefined;
  }
}
