import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Where an image goes: into a local node, or to a registry. What `Cluster.imageTarget` says. */
export type ImageTarget =
  | { readonly containerdSocket: pulumi.Output<string>; readonly registry?: undefined }
  | { readonly registry: pulumi.Output<string>; readonly containerdSocket?: undefined };

/** What `COPY --from=NAME` of a Dockerfile takes from: a folder, or one that the toolchain makes when the image is built. */
export type BuildContext = { path: string } | { tool: "tfjs-node" };

/** What an image is built from, and where it goes. */
export interface ContainerImageArgs {
  /** The image's name, without registry and tag. Default: the resource's name. */
  name?: string;
  /** The folder that holds the Dockerfile; relative to the working directory. Its .dockerignore is honoured. */
  context: string;
  /** The Dockerfile, relative to the folder. Default: `Dockerfile`. */
  dockerfile?: string;
  /** Values for the Dockerfile's ARGs. They can be read from the image: no secrets. Default: none. */
  buildArgs?: Record<string, string>;
  /** Further folders by the name that the Dockerfile uses. Default: none. */
  buildContexts?: Record<string, BuildContext>;
  /** Where the cluster looks for it: `cluster.imageTarget`. */
  push: ImageTarget;
}

/** The build of an image, which waits for no cluster. */
class ImageBuild extends pulumi.CustomResource {
  declare readonly contentHash: pulumi.Output<string>;

  constructor(name: string, source: object, opts?: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:images:ImageBuild", name, { ...source, contentHash: undefined }, opts);
  }
}

/**
 * An image built from a folder with a Dockerfile. It is built by a resource of its own, `NAME-build`, while a local node is still
 * being made, and loaded when there is one.
 *
 * Its tag is a hash of what it is built from (the folder's files, the Dockerfile, arguments, named contexts), so `ref` is
 * known in a preview, a change in the folder shows as a replacement, and what runs the image rolls forward before the old one
 * is removed. It is built on change only and never in a preview, with docker buildx, else buildah; what was built once
 * stays in the tool cache and is loaded, not built, into the next cluster. An image that has disappeared from the node is loaded again.
 */
export class ContainerImage extends pulumi.CustomResource {
  /** The full reference, for a pod's `image`: use `imagePullPolicy: IfNotPresent`. */
  declare readonly ref: pulumi.Output<string>;
  /** Digest of the image's manifest; known once it is built. */
  declare readonly digest: pulumi.Output<string>;
  /** SHA-256 in hex of everything the image is built from. */
  declare readonly contentHash: pulumi.Output<string>;

  constructor(name: string, args: ContainerImageArgs, opts?: pulumi.CustomResourceOptions) {
    const { push, context, buildContexts, ...rest } = args;
    const contexts = Object.entries(buildContexts ?? {}).map(([key, value]) => [
      key,
      "path" in value ? { path: resolve(value.path) } : value,
    ]);
    const source = {
      name,
      ...rest,
      // Absolute, since the plugin has a working directory of its own; where the folder is has no part in the hash.
      context: resolve(context),
      buildContexts: Object.fromEntries(contexts) as Record<string, BuildContext>,
    };
    const build = new ImageBuild(`${name}-build`, source, opts?.parent ? { parent: opts.parent } : {});
    super(
      "kubeflow-stack:images:ContainerImage",
      name,
      {
        ...source,
        push: push.registry ? { registry: push.registry } : { containerdSocket: push.containerdSocket },
        // Asked for, so that the build comes first.
        contentHash: build.contentHash,
        ref: undefined,
        digest: undefined,
      },
      opts,
    );
  }
}
