/** The Kubernetes provider: the engine's calls in terms of objects and a cluster. */
import {
  CheckCall,
  CheckFailure,
  ConfigureCall,
  containsUnknown,
  Context,
  DeleteCall,
  DiffCall,
  DiffResult,
  InitializationError,
  PropertyMap,
  Provider,
  ReadCall,
  UpdateCall,
  Value,
} from "../base";
import { ApiError, isForbidden, isNotFound, NoSuchKindError, UnreachableError } from "./apiError";
import { checkFor, NotReadyError, readyNow } from "./await";
import { annotateSecrets, checkpoint, initialApiVersionOf, parseCheckpoint, toObject } from "./checkpoint";
import { Cluster } from "./cluster";
import { checkConfig, diffConfig } from "./configuration";
import { detailedDiff, isUnder, parsePath } from "./diff";
import { isBuiltInGroup, isNamespacedBuiltIn } from "./discovery";
import { relinquish } from "./fields";
import { forceNewPaths } from "./forceNew";
import { importedInputs } from "./imported";
import { decodeYaml } from "./invoke";
import { adoptName, assignName, fieldManager, isAutonamed } from "./naming";
import { normalizeInputs, pruneToShape } from "./normalize";
import {
  annotationOf,
  apiVersionOf,
  apiVersionOfGvk,
  clone,
  gvkOf,
  gvkOfType,
  idOf,
  isPatchType,
  kindOf,
  nameOf,
  namespaceOf,
  parseId,
  setAt,
} from "./object";
import { createObject, deleteObject, Scope, updateObject } from "./operations";
import { Redactor } from "./redact";
import { readSettings, Settings } from "./settings";

/** What the plugin answers for: the official plugin's version it stands in for. */
export const VERSION = "4.34.2";

const DELETE_UNREACHABLE_HINT =
  "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the " +
  'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

export class KubernetesProvider implements Provider {
  readonly version = VERSION;
  readonly supportsAutonaming = true;
  private readonly redactor = new Redactor();
  private cluster: Cluster = new Cluster(readSettings({}));

  private get settings(): Settings {
    return this.cluster.settings;
  }

  async checkConfig(call: CheckCall): Promise<{ inputs: PropertyMap; failures?: CheckFailure[] }> {
    return checkConfig(call);
  }

  async diffConfig(call: DiffCall): Promise<DiffResult> {
    return diffConfig(call);
  }

  async configure(call: ConfigureCall): Promise<void> {
    this.redactor.learn(call.args);
    this.cluster = new Cluster(readSettings(call.variables));
    // Connects while the engine gets on; whoever needs the cluster first waits for the rest.
    void this.cluster.tryConnect();
  }

  async close(): Promise<void> {
    await this.cluster.close();
  }

  async check(call: CheckCall, ctx: Context): Promise<{ inputs: PropertyMap; failures?: CheckFailure[] }> {
    this.redactor.learn(call.news);
    const isPatch = this.isPatch(call.news, ctx);
    const inputs = normalizeInputs(toObject(call.news));
    if (ctx.type.endsWith("List") && kindOf(inputs).endsWith("List")) {
      throw new Error("List resources cannot be created directly; declare the objects they list instead.");
    }
    if (isPatch && !this.settings.enableServerSideApply) {
      throw new Error("Patch resources require Server-Side Apply mode; set enableServerSideApply on the provider.");
    }
    const named = nameOf(inputs) !== "" || containsUnknown(inputs["metadata"]);
    if (isPatch && !named) throw new Error("Patch resources require the `.metadata.name` field to be set.");
    const olds = toObject(call.olds ?? {});
    if (Object.keys(olds).length > 0) adoptName(inputs, olds);
    else assignName(inputs, ctx.name, call.randomSeed, call.autonaming);
    if (annotationOf(inputs, "pulumi.com/waitFor") !== "") checkFor(inputs);
    if (this.settings.namespace !== "" && namespaceOf(inputs) === "" && !containsUnknown(inputs["metadata"])) {
      if (await this.isNamespaced(inputs)) setAt(inputs, ["metadata", "namespace"], this.settings.namespace);
    }
    annotateSecrets(inputs, call.news);
    return { inputs };
  }

  async diff(call: DiffCall, ctx: Context): Promise<DiffResult> {
    this.redactor.learn(call.news);
    this.redactor.learn(call.state);
    const checkpointed = parseCheckpoint(call.state);
    const oldInputs = normalizeInputs(checkpointed.inputs);
    const news = normalizeInputs(toObject(call.news));
    const live = pruneToShape(checkpointed.live, oldInputs);
    const oldName = nameOf(checkpointed.live);
    const oldNamespace = namespaceOf(checkpointed.live);
    if (await this.isNamespaced(news)) {
      for (const object of [live, oldInputs, news]) {
        if (!containsUnknown(object["metadata"]) || namespaceOf(object) !== "") {
          setAt(object, ["metadata", "namespace"], namespaceOf(object) || "default");
        }
      }
    } else {
      for (const object of [live, oldInputs, news]) setAt(object, ["metadata", "namespace"], null);
    }
    if (nameOf(news) !== "") setAt(live, ["metadata", "name"], oldName);
    const isPatch = this.isPatch(call.news, ctx);
    const detailed = detailedDiff(live, oldInputs, news, {
      fixedPaths: forceNewPaths(news, this.settings, isPatch),
      lenient: isBuiltInGroup(gvkOf(news).group),
    });
    for (const ignored of call.ignoreChanges.map(parsePath)) {
      for (const path of Object.keys(detailed)) if (isUnder(parsePath(path), ignored)) delete detailed[path];
    }
    const replaces = Object.keys(detailed).filter((path) => detailed[path]?.endsWith("-replace"));
    let changes = Object.keys(detailed).length > 0;
    if (
      annotationOf(news, "pulumi.com/replaceUnready") === "true" &&
      (await this.isUnreadyJob(checkpointed.live, ctx))
    ) {
      changes = true;
      replaces.push('.metadata.annotations["pulumi.com/replaceUnready"]');
    }
    const sameNamespace = (namespaceOf(news) || "default") === (oldNamespace || "default");
    const sameName = nameOf(news) !== "" && nameOf(news) === oldName && sameNamespace;
    return { changes, replaces, detailed, deleteBeforeReplace: replaces.length > 0 && sameName && !isAutonamed(news) };
  }

  async create(given: PropertyMap, ctx: Context): Promise<{ id: string; state: PropertyMap }> {
    this.redactor.learn(given);
    const inputs = toObject(given);
    const isPatch = this.isPatch(given, ctx);
    const asGiven = { id: "", state: given };
    const { resources, reason } = await this.cluster.tryConnect();
    if (resources === undefined) {
      if (ctx.preview) return asGiven;
      throw new Error(this.redactor.mask(reason));
    }
    const { enableServerSideApply } = this.settings;
    if (ctx.preview && (isPatch || !enableServerSideApply || containsUnknown(inputs))) return asGiven;
    if (ctx.preview && !(await resources.discovery.exists(gvkOf(inputs)))) return asGiven;
    const manager = fieldManager(inputs, undefined);
    const keep = (live: PropertyMap): PropertyMap => checkpoint(inputs, live, given, apiVersionOf(inputs), manager);
    const scope: Scope = { resources, settings: this.settings, manager, isPatch, ctx: this.masked(ctx) };
    try {
      const live = await createObject(inputs, scope);
      if (live === undefined) return asGiven;
      if (!ctx.preview) return { id: idOf(live), state: keep(live) };
      // A status that nothing has filled yet would be taken for the real one.
      const { status: _status, ...rest } = live;
      return { id: "", state: keep(rest) };
    } catch (error) {
      if (error instanceof NotReadyError) throw this.partial(error, idOf(error.object), keep(error.object), "created");
      throw this.failed(error, `resource "${ctx.urn}" was not successfully created by the Kubernetes API server`);
    }
  }

  async read(
    call: ReadCall,
    ctx: Context,
  ): Promise<{ id: string; state: PropertyMap; inputs?: PropertyMap } | undefined> {
    this.redactor.learn(call.inputs);
    this.redactor.learn(call.state);
    const { resources, reason } = await this.cluster.tryConnect();
    if (resources === undefined) {
      ctx.log("warning", this.redactor.mask(reason));
      if (this.settings.deleteUnreachable) return undefined;
      if (this.settings.skipUpdateUnreachable) return { id: call.id, state: call.state, inputs: call.inputs };
      throw new Error(`failed to read resource state due to unreachable cluster. ${DELETE_UNREACHABLE_HINT}`);
    }
    const { live: oldLive } = parseCheckpoint(call.state);
    const oldInputs = normalizeInputs(toObject(call.inputs));
    const fromCluster = kindOf(oldInputs) === "" && kindOf(oldLive) === "";
    if (kindOf(oldInputs) === "") {
      const gvk = kindOf(oldLive) === "" ? this.kindOfType(ctx) : gvkOf(oldLive);
      oldInputs["apiVersion"] = apiVersionOfGvk(gvk);
      oldInputs["kind"] = gvk.kind;
    }
    const wanted = clone(oldInputs);
    const { namespace, name } = parseId(call.id);
    setAt(wanted, ["metadata", "name"], name);
    setAt(wanted, ["metadata", "namespace"], namespace || namespaceOf(oldInputs) || null);
    let live: PropertyMap;
    try {
      live = await resources.get(wanted, ctx.signal);
    } catch (error) {
      if (isNotFound(error) || error instanceof NoSuchKindError) return undefined;
      throw this.failed(error, `reading ${ctx.type} ${call.id} failed`);
    }
    const inputs = fromCluster ? importedInputs(live) : pruneToShape(live, oldInputs);
    const manager = fieldManager(oldInputs, call.state);
    const state = checkpoint(inputs, live, call.inputs, initialApiVersionOf(call.state, oldInputs), manager);
    const shown = clone(inputs);
    annotateSecrets(shown, call.inputs);
    const id = call.id === "" ? idOf(live) : call.id;
    const check = fromCluster || this.isPatch(oldInputs, ctx) ? undefined : checkFor(oldInputs);
    const reasons = check?.onRead === true ? await readyNow(live, check, resources, ctx) : [];
    if (reasons.length > 0) {
      const masked = reasons.map((text) => this.redactor.mask(text));
      throw new InitializationError(
        `${kindOf(live)} ${id} is not ready: ${masked.join("; ")}`,
        id,
        state,
        masked,
        shown,
      );
    }
    return { id, state, inputs: shown };
  }

  async update(call: UpdateCall, ctx: Context): Promise<PropertyMap> {
    this.redactor.learn(call.news);
    this.redactor.learn(call.state);
    const inputs = normalizeInputs(toObject(call.news));
    const { resources, reason } = await this.cluster.tryConnect();
    if (resources === undefined) {
      if (ctx.preview) return call.news;
      throw new Error(this.redactor.mask(reason));
    }
    const known = !containsUnknown(inputs) && (await resources.discovery.exists(gvkOf(inputs)));
    if (ctx.preview && !known) return call.news;
    const { inputs: oldInputs, live: oldLive } = parseCheckpoint(call.state);
    const oldManager = fieldManager(oldInputs, call.state);
    const manager = fieldManager(inputs, call.state);
    const isPatch = this.isPatch(call.news, ctx);
    const scope: Scope = { resources, settings: this.settings, manager, isPatch, ctx: this.masked(ctx) };
    const apiVersion = initialApiVersionOf(call.state, oldInputs);
    const keep = (live: PropertyMap): PropertyMap => checkpoint(inputs, live, call.news, apiVersion, manager);
    try {
      const updated = await updateObject(inputs, oldLive, call.ignoreChanges, scope);
      if (!ctx.preview && oldManager !== manager && this.settings.enableServerSideApply) {
        await relinquish(updated, oldManager, resources, ctx.signal);
      }
      return keep(updated);
    } catch (error) {
      if (error instanceof NotReadyError) throw this.partial(error, idOf(error.object), keep(error.object), "updated");
      if (ctx.preview && isForbidden(error)) return call.news;
      throw this.failed(error, `update of resource "${ctx.urn}" failed`);
    }
  }

  async delete(call: DeleteCall, ctx: Context): Promise<void> {
    this.redactor.learn(call.state);
    const { resources, reason } = await this.cluster.tryConnect();
    if (resources === undefined) {
      ctx.log("warning", this.redactor.mask(reason));
      if (this.settings.deleteUnreachable) return;
      throw new Error(`configured Kubernetes cluster is unreachable. ${DELETE_UNREACHABLE_HINT}`);
    }
    const { inputs, live } = parseCheckpoint(call.state);
    const { name } = parseId(call.id);
    setAt(live, ["metadata", "name"], name);
    const isPatch = this.isPatch(live, ctx);
    const manager = fieldManager(inputs, call.state);
    const scope: Scope = { resources, settings: this.settings, manager, isPatch, ctx: this.masked(ctx) };
    try {
      await deleteObject(live, inputs, scope);
    } catch (error) {
      const required = error instanceof ApiError && isPatch && /Required value/.test(error.message);
      if (!required) throw this.failed(error, `deleting ${ctx.type} ${call.id} failed`);
      throw new Error(
        "this Patch resource is currently managing a required field, so it can't be deleted directly. Either set the " +
          "`retainOnDelete` resource option, or transfer ownership of the field before deleting: " +
          this.redactor.mask((error as Error).message),
      );
    }
  }

  async invoke(token: string, args: PropertyMap): Promise<Record<string, Value>> {
    if (token === "kubernetes:yaml:decode") return { result: decodeYaml(args) };
    throw new Error(`Function ${token} is not offered by this stand-in for the kubernetes plugin.`);
  }

  private isPatch(object: PropertyMap, ctx: Context): boolean {
    return isPatchType(ctx.type, kindOf(object) || this.kindOfType(ctx).kind);
  }

  /** The kind a type token speaks of; `DeploymentPatch` is a Deployment's. */
  private kindOfType(ctx: Context): ReturnType<typeof gvkOfType> {
    const gvk = gvkOfType(ctx.type);
    const isPatch = gvk.kind.endsWith("Patch") && isBuiltInGroup(gvk.group);
    return isPatch ? { ...gvk, kind: gvk.kind.slice(0, -"Patch".length) } : gvk;
  }

  private async isNamespaced(object: PropertyMap): Promise<boolean> {
    if (isBuiltInGroup(gvkOf(object).group)) return isNamespacedBuiltIn(kindOf(object));
    const { resources } = await this.cluster.tryConnect();
    return resources === undefined ? true : resources.discovery.isNamespaced(gvkOf(object));
  }

  private async isUnreadyJob(live: PropertyMap, ctx: Context): Promise<boolean> {
    const check = checkFor({ ...live, metadata: {} });
    const { resources } = await this.cluster.tryConnect();
    if (kindOf(live) !== "Job" || check === undefined || resources === undefined) {
      ctx.log("warning", "pulumi.com/replaceUnready is looked at for Jobs of a cluster that can be reached only.");
      return false;
    }
    const now = await resources.find(live, ctx.signal).catch(() => undefined);
    return now !== undefined && (await readyNow(now, check, resources, ctx)).length > 0;
  }

  /** A context whose words never hold a secret. */
  private masked(ctx: Context): Context {
    return {
      ...ctx,
      log: (severity, message) => ctx.log(severity, this.redactor.mask(message)),
      status: (message) => ctx.status(this.redactor.mask(message)),
    };
  }

  private partial(error: NotReadyError, id: string, state: PropertyMap, done: string): InitializationError {
    const reasons = [error.message, ...error.reasons].map((text) => this.redactor.mask(text));
    const message = `${kindOf(error.object)} ${id} was ${done}, but did not become ready: ${reasons.join("; ")}`;
    return new InitializationError(message, id, state, reasons);
  }

  private failed(error: unknown, what: string): Error {
    if (error instanceof UnreachableError) return error;
    if (!(error instanceof Error) || error.name === "CancelledError") return error as Error;
    return new Error(`${what}: ${this.redactor.mask(error.message)}`);
  }
}
