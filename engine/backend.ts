import { NAMESPACE } from "../infra/settings/namespace";
import { type Backend, backendOf } from "../node/backend";
import { type Owner, stackOwner } from "../node/owner";
import { shortStackName, type StackOptions } from "./options";
import { holdsResources } from "./stateFile";

/** The backend that the stack's state lies in. */
export function backendFor({ project, state, stack }: StackOptions): Backend {
  return backendOf({ project, state, isHeld: () => holdsResources(state, shortStackName(stack)) });
}

/** The owner of the local nodes of a stack. */
export function ownerOf(options: StackOptions): Owner {
  return stackOwner(NAMESPACE, shortStackName(options.stack), backendFor(options).url);
}
