/** The Kubernetes provider: the engine's calls in terms of objects and a cluster. */
import type {
  CheckCall,
  ConfigureCall,
  Context,
  DeleteCall,
  DiffCall,
  DiffResult,
  PropertyMap,
  Provider,
  ReadCall,
  UpdateCall,
  Value,
} from "../base";
import { checkResource } from "./checkResource";
import { checkConfig, diffConfig } from "./configuration";
import { diffResource } from "./diffResource";
import { decodeYaml } from "./invoke";
import { readResource } from "./readResource";
import { Session } from "./session";
import { readSettings } from "./settings";
import { createResource, deleteResource, updateResource } from "./writeResource";

/** What the plugin answers for: the official plugin's version it stands in for. */
export const VERSION = "4.34.2";

/** A provider for every kind of Kubernetes object. */
export class KubernetesProvider implements Provider {
  readonly version = VERSION;
  readonly supportsAutonaming = true;
  private readonly session = new Session();

  checkConfig(call: CheckCall): ReturnType<typeof checkConfig> {
    return checkConfig(call);
  }

  diffConfig(call: DiffCall): DiffResult {
    return diffConfig(call);
  }

  configure(call: ConfigureCall): void {
    this.session.redactor.learn(call.args);
    this.session.configure(readSettings(call.variables));
  }

  close(): Promise<void> {
    return this.session.cluster.close();
  }

  check(call: CheckCall, ctx: Context): ReturnType<typeof checkResource> {
    return checkResource(this.session, call, ctx);
  }

  diff(call: DiffCall, ctx: Context): Promise<DiffResult> {
    return diffResource(this.session, call, ctx);
  }

  create(inputs: PropertyMap, ctx: Context): ReturnType<typeof createResource> {
    return createResource(this.session, inputs, ctx);
  }

  read(call: ReadCall, ctx: Context): ReturnType<typeof readResource> {
    return readResource(this.session, call, ctx);
  }

  update(call: UpdateCall, ctx: Context): Promise<PropertyMap> {
    return updateResource(this.session, call, ctx);
  }

  delete(call: DeleteCall, ctx: Context): Promise<void> {
    return deleteResource(this.session, call, ctx);
  }

  invoke(token: string, args: PropertyMap): Record<string, Value> {
    if (token === "kubernetes:yaml:decode") return { result: decodeYaml(args) };
    throw new Error(`Function ${token} is not offered by this stand-in for the kubernetes plugin.`);
  }
}
