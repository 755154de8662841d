import type * as pulumi from "@pulumi/pulumi";
import type { Container, LabelSelector, PodSpec, PodTemplate } from "../../../infra/crds";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type AmongValues<T, Of> = true extends { [K in keyof Of]-?: Same<NonNullable<T>, NonNullable<Of[K]>> }[keyof Of]
  ? true
  : false;
/** Parts that the SDK types: they are Kubernetes' own and not ours to check field by field. */
type FromSdk<T> = true extends
  | Same<T, Container>
  | Same<T, PodSpec>
  | Same<T, PodTemplate>
  | Same<T, LabelSelector>
  | AmongValues<T, Container>
  | AmongValues<T, PodSpec>
  ? true
  : false;

type Plain<T> = T extends Promise<unknown> | pulumi.OutputInstance<unknown> ? never : T;
type WholePlain<T> = T extends readonly (infer Item)[]
  ? readonly Whole<Item>[]
  : T extends object
    ? string extends keyof T
      ? T
      : { readonly [K in keyof T]-?: Whole<NonNullable<T[K]>> }
    : T;

/** Arguments with nothing left out: every optional field of ours is there, however deep, so that a field that no schema has cannot hide. */
export type Whole<T> = FromSdk<T> extends true ? T : WholePlain<Plain<T>>;
