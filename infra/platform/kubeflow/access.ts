import * as pulumi from "@pulumi/pulumi";
import { type Awaited, isAwaited } from "../../manifests";
import type { Settings } from "../../settings";
import type { Installation } from "../install";
import type { ObjectStore } from "../objectStore";
import type { ProductContext } from "../product";
import { publishDashboard } from "./dashboard";
import { UserProfile } from "./userProfile";
import { userPassword } from "./users";

const profileKind = { apiVersion: "kubeflow.org/v1", kind: "Profile" };

export interface AccessArgs extends ProductContext {
  readonly profiles: Settings["profiles"];
  /** The products that are there. */
  readonly installation: Pick<Installation, "has" | "get">;
  readonly objectStore: ObjectStore;
  /** The address of the dashboard from this machine. */
  readonly dashboardUrl: pulumi.Output<string>;
  /** Whether to wait for the profiles' namespaces. */
  readonly awaited: Awaited;
  readonly childOptions: Pick<pulumi.CustomResourceOptions, "deletedWith">;
}

/** Who uses Kubeflow and how they reach it: the dashboard, published; its users' passwords; their profiles. Needs Istio and oauth2-proxy. */
export class Access extends pulumi.ComponentResource {
  /** What the stack tells of it, as `infra/outputs.ts` says. */
  readonly outputs: Readonly<Record<string, pulumi.Output<unknown> | string>>;
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:platform:Access", name, {}, opts);
    const { installation, users, childOptions } = args;
    const published = publishDashboard({
      ...{ ...childOptions, parent: this },
      // Before that, whoever comes is believed whatever name he gives.
      dependsOn: ["istio", "oauth2-proxy"].flatMap((product) => installation.get(product).ready),
    });
    const known = installation.has("dex") ? users : [];
    const passwords = Object.fromEntries(known.map((user) => [user.email, userPassword(args, user)]));
    const [first] = known;
    this.outputs = {
      dashboardUrl: args.dashboardUrl,
      ...(first && { dashboardUser: first.email, dashboardPassword: pulumi.secret(userPassword(args, first)) }),
      ...(first && { userPasswords: pulumi.secret(passwords) }),
    };
    const { rotation, awaited, objectStore } = args;
    const profiles = installation.has("profiles") ? args.profiles : [];
    const made = profiles.map(
      (profile) =>
        new UserProfile(
          profile.name,
          {
            ...{ profile, users, objectStore, rotation, childOptions },
            awaited: isAwaited({ ...profileKind, metadata: { name: profile.name } }, awaited),
            needs: [...installation.get("profiles").ready, ...objectStore.ready],
          },
          { parent: this },
        ),
    );
    this.ready = [...published, ...made.flatMap(({ ready }) => ready)];
    this.registerOutputs({});
  }
}
