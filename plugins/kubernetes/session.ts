/** What all of the provider's calls share: the cluster, the settings, and the secrets not to be said. */
import { type Context, InitializationError, type PropertyMap } from "../base";
import { UnreachableError } from "./apiError";
import type { NotReadyError } from "./await";
import { Cluster } from "./cluster";
import { isBuiltInGroup, isNamespacedBuiltIn } from "./discovery";
import { type Gvk, gvkOf, gvkOfType, isPatchType, kindOf } from "./object";
import type { Scope } from "./operations";
import { Redactor } from "./redact";
import type { Resources } from "./resources";
import { readSettings, type Settings } from "./settings";

/** What to do about a cluster that is gone for good. */
export const DELETE_UNREACHABLE_HINT =
  "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the " +
  'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/** One configured provider. */
export class Session {
  readonly redactor = new Redactor();
  cluster: Cluster = new Cluster(readSettings({}));

  get settings(): Settings {
    return this.cluster.settings;
  }

  /** Takes new settings, and connects while the engine gets on; whoever needs the cluster first waits for the rest. */
  configure(settings: Settings): void {
    this.cluster = new Cluster(settings);
    void this.cluster.tryConnect();
  }

  /** What an operation on an object works with. */
  scope(resources: Resources, manager: string, isPatch: boolean, ctx: Context): Scope {
    return { resources, settings: this.settings, manager, isPatch, ctx: this.masked(ctx) };
  }

  /** Whether the resource patches an object it does not own. */
  isPatch(object: PropertyMap, ctx: Context): boolean {
    return isPatchType(ctx.type, kindOf(object) || this.kindOfType(ctx).kind);
  }

  /** The kind a type token speaks of; `DeploymentPatch` is a Deployment's. */
  kindOfType(ctx: Context): Gvk {
    const gvk = gvkOfType(ctx.type);
    const isPatch = gvk.kind.endsWith("Patch") && isBuiltInGroup(gvk.group);
    return isPatch ? { ...gvk, kind: gvk.kind.slice(0, -"Patch".length) } : gvk;
  }

  /** Whether the object lives in a namespace; kinds nobody knows yet are taken to. */
  async isNamespaced(object: PropertyMap): Promise<boolean> {
    if (isBuiltInGroup(gvkOf(object).group)) return isNamespacedBuiltIn(kindOf(object));
    const { resources } = await this.cluster.tryConnect();
    return resources === undefined ? true : resources.discovery.isNamespaced(gvkOf(object));
  }

  /** A context whose words never hold a secret. */
  masked(ctx: Context): Context {
    return {
      ...ctx,
      log: (severity, message) => ctx.log(severity, this.redactor.mask(message)),
      status: (message) => ctx.status(this.redactor.mask(message)),
    };
  }

  /** The error for an object that is there, but not ready: its state is kept. */
  partial(error: NotReadyError, id: string, state: PropertyMap, done: "created" | "updated"): InitializationError {
    const reasons = [error.message, ...error.reasons].map((text) => this.redactor.mask(text));
    const message = `${kindOf(error.object)} ${id} was ${done}, but did not become ready: ${reasons.join("; ")}`;
    return new InitializationError(message, id, state, reasons);
  }

  /** The error for an operation that failed, with its secrets masked. */
  failed(error: unknown, what: string): Error {
    if (!(error instanceof Error)) return new Error(`${what}: ${this.redactor.mask(String(error))}`);
    if (error instanceof UnreachableError || error.name === "CancelledError") return error;
    return new Error(`${what}: ${this.redactor.mask(error.message)}`);
  }
}
