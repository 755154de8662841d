/** Objects that a product's programs create in namespaces of others, where they stay when the product is deleted. */
export interface Orphan {
  /** Such as `v1` or `apps/v1`. */
  readonly apiVersion: string;
  /** The kind's plural, as in the API's paths: `configmaps`. */
  readonly plural: string;
  readonly name: string;
  /** Labels that identify the program which created them. */
  readonly labels: Readonly<Record<string, string>>;
}
