/** Every kind of resource of our own. Each is loaded when the first of its type comes by. */
import type { AnyKind, LazyKind } from "../../base";

export const kinds: (AnyKind | LazyKind)[] = [];
