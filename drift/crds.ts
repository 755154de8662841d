import { readFileSync } from "node:fs";
import type { Deployment } from "../engine/stack";
import { unwrap, type Declared } from "./declared";
import { type KubeObject } from "../kube/object";

const FIELD_MANAGER = "kubeflow-stack";

interface CrdSet {
  readonly bodies?: string;
  readonly crds?: Readonly<Record<string, unknown>>;
  readonly applied?: Readonly<Record<string, { readonly uid: string; readonly generation: number }>>;
}

/** The CRDs of a deployment. Their bodies are in no state: they are read from the file that the manifests were rendered to. */
export function declaredCrds({ deployment }: Deployment): Declared[] {
  const sets = (deployment.resources ?? []).filter(
    ({ type, delete: isGoing }) => type === "kubeflow-stack:manifests:CrdSet" && isGoing !== true,
  );
  return sets.flatMap(({ urn, inputs, outputs }) => {
    const { bodies, crds = {} } = (unwrap(inputs, new Set()) ?? {}) as CrdSet;
    const { applied = {} } = (outputs ?? {}) as CrdSet;
    const known = readBodies(bodies);
    return Object.keys(crds).map((name): Declared => {
      const { uid, generation } = applied[name] ?? {};
      return {
        urn,
        object: known?.[name] ?? bodyless(name),
        ...(known?.[name] === undefined && { isPartial: true }),
        manager: FIELD_MANAGER,
        managers: new Set([FIELD_MANAGER]),
        ...(uid !== undefined && { uid }),
        ...(generation !== undefined && { generation }),
        isPatch: false,
        secrets: new Set(),
      };
    });
  });
}

/** The bodies, unless the file is gone: then only who holds which field can be told, and not what it should be. */
function readBodies(file: string | undefined): Readonly<Record<string, KubeObject>> | undefined {
  try {
    return JSON.parse(readFileSync(file ?? "", "utf8")) as Readonly<Record<string, KubeObject>>;
  } catch {
    return undefined;
  }
}

const bodyless = (name: string): KubeObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name },
});
