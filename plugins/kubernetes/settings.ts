/** The provider's settings: arguments of `k8s.Provider`, or the environment variables Pulumi documents. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";

/** Which cluster, and how to treat it. */
export interface Settings {
  /** The kubeconfig's content or path; empty for the usual places. */
  kubeconfig: string;
  context: string;
  cluster: string;
  /** For objects that name no namespace. */
  namespace: string;
  enableServerSideApply: boolean;
  enablePatchForce: boolean;
  enableConfigMapMutable: boolean;
  enableSecretMutable: boolean;
  upsertExistingObjects: boolean;
  deleteUnreachable: boolean;
  skipUpdateUnreachable: boolean;
  suppressDeprecationWarnings: boolean;
}

/** Reads one setting: by argument, else by environment variable. */
type Read = (argument: string, variable?: string) => string;

/** The settings of a Configure call's variables (`kubernetes:config:namespace` and so on). */
export function readSettings(variables: Record<string, string>, env: NodeJS.ProcessEnv = process.env): Settings {
  const read: Read = (argument, variable) =>
    variables[`kubernetes:config:${argument}`] ?? (variable === undefined ? undefined : env[variable]) ?? "";
  const flag = (argument: string, variable: string, fallback = false): boolean => {
    const value = read(argument, variable);
    return value === "" ? fallback : value === "true";
  };
  return {
    kubeconfig: read("kubeconfig"),
    context: read("context"),
    cluster: read("cluster"),
    namespace: read("namespace"),
    enableServerSideApply: flag("enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", true),
    enablePatchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    enableConfigMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    enableSecretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    suppressDeprecationWarnings: flag("suppressDeprecationWarnings", "PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS"),
  };
}

/** The text of a kubeconfig given as content or as a path (`~` is the home folder). */
export function kubeconfigText(contentOrPath: string): string {
  const path = contentOrPath.replace(/^~(?=$|\/)/, homedir());
  // Content has line breaks or braces; a path has neither, and must not be mistaken for content when it is missing.
  const looksLikePath = !/[\n{:]/.test(path);
  if (looksLikePath && !existsSync(path))
    throw new Error(`kubeconfig: there is no file ${path}; give a path or the content.`);
  return looksLikePath ? readFileSync(path, "utf8") : contentOrPath;
}

/** Loads the kubeconfig the settings speak of. Throws a sentence that names what is wrong with it. */
export async function loadKubeConfig(settings: Settings): Promise<KubeConfig> {
  const { KubeConfig: Config } = await import("@kubernetes/client-node");
  const config = new Config();
  if (settings.kubeconfig !== "") {
    try {
      config.loadFromString(kubeconfigText(settings.kubeconfig));
    } catch (error) {
      throw new Error(
        `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`: ${(error as Error).message}`,
      );
    }
  } else {
    loadFromUsualPlaces(config);
  }
  if (settings.context !== "") config.setCurrentContext(settings.context);
  const context = config.getContextObject(config.getCurrentContext());
  if (context === null) {
    const known = config.getContexts().map(({ name }) => name);
    throw new Error(
      `the kubeconfig has no context "${config.getCurrentContext()}"; it has ${known.join(", ") || "none"}.`,
    );
  }
  if (settings.cluster !== "") {
    config.loadFromOptions({
      clusters: config.getClusters(),
      users: config.getUsers(),
      contexts: [{ ...context, cluster: settings.cluster }],
      currentContext: context.name,
    });
  }
  return config;
}

/** $KUBECONFIG, ~/.kube/config, or the pod we run in; never the library's fallback of localhost:8080. */
function loadFromUsualPlaces(config: KubeConfig): void {
  const usual = process.env["KUBECONFIG"] ?? join(homedir(), ".kube", "config");
  if (usual.split(":").some((path) => existsSync(path)) || process.env["KUBERNETES_SERVICE_HOST"] !== undefined) {
    config.loadFromDefault();
    return;
  }
  throw new Error(`no kubeconfig: set the provider's kubeconfig, or KUBECONFIG; ${usual} does not exist.`);
}
