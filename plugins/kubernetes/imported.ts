/** Inputs for an object nobody declared yet: `pulumi import`, and `.get`. */
import { type PropertyMap } from "../base";
import { clone, mapAt, removeAt } from "./object";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** The live object without what the server or its controllers wrote. */
export function importedInputs(live: PropertyMap): PropertyMap {
  const inputs = clone(live);
  delete inputs["status"];
  for (const field of ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"]) {
    removeAt(inputs, ["metadata", field]);
  }
  removeAt(inputs, ["metadata", "annotations", "deployment.kubernetes.io/revision"]);
  removeAt(inputs, ["metadata", "annotations", LAST_APPLIED]);
  if (Object.keys(mapAt(inputs, "metadata", "annotations")).length === 0) removeAt(inputs, ["metadata", "annotations"]);
  return inputs;
}
