import * as pulumi from "@pulumi/pulumi";
import type { Component, ComponentContext } from "./component";
import { UserProfile } from "./userProfile";

const profileKind = { apiVersion: "kubeflow.org/v1", kind: "Profile" };

/** The profiles of the settings. */
class Access extends pulumi.ComponentResource {
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, context: ComponentContext, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:platform:Access", name, {}, opts);
    const { settings, objectStore, childOptions, dependsOn, isAwaited } = context;
    if (!objectStore) throw new Error("Profiles keep credentials of the object store: install its product first.");
    this.ready = settings.profiles.flatMap(
      (profile) =>
        new UserProfile(
          profile.name,
          {
            profile,
            users: settings.users,
            objectStore,
            rotation: settings.rotation,
            needs: [...dependsOn, ...objectStore.ready],
            awaited: isAwaited({ ...profileKind, metadata: { name: profile.name } }),
            childOptions,
          },
          { parent: this },
        ).ready,
    );
    this.registerOutputs({});
  }
}

/** Creates the profiles of the settings, named as of the time when the component published the dashboard as well. */
export const createAccess = (context: ComponentContext): Component =>
  new Access("access", context, { parent: context.parent });
