/** What it means for an object to be ready. */
import { type PropertyMap } from "../../base";
import type { Resources } from "../resources";
import type { Selection } from "./watch";

/** How far an object is. */
export interface Progress {
  ready: boolean;
  /** What is being waited for, in a few words; shown while it lasts. */
  waiting?: string;
  /** Why it never will be ready. */
  failed?: string;
  /** What is wrong so far, one sentence each. */
  reasons?: string[];
  /** Pods whose logs may say more. */
  suspects?: PropertyMap[];
}

/** The objects a check looks at besides the one itself, by the names of `Check.related`. */
export type Related = Record<string, PropertyMap[]>;

/** How to see whether objects of a kind are ready. */
export interface Check {
  /** How long to wait where nobody says otherwise, in seconds. */
  timeoutSeconds: number;
  /** Whether a refresh looks, too, and reports what is not ready. */
  onRead: boolean;
  /** Which other objects to follow. */
  related?(object: PropertyMap): Record<string, Selection>;
  /** Things to ask for once, before the wait; the answer is handed to `progress`. */
  prepare?(object: PropertyMap, resources: Resources, signal: AbortSignal): Promise<PropertyMap>;
  /** How far the object is. */
  progress(object: PropertyMap, related: Related, prepared: PropertyMap): Progress;
}
