/** The provider's settings: arguments of `k8s.Provider`, or the environment variables Pulumi documents. */

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
