/** Rewrites images to a mirror of their registries. */
import { type Json, type KubernetesObject, isMap } from "./object";

const part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const host = "[A-Za-z0-9][A-Za-z0-9.-]*(?::\\d+)?";
const version = "(?::\\w[\\w.-]*)?(?:@sha256:[0-9a-f]{64})?";
const path = `(?:${host}/)?${part}(?:/${part})*`;
const reference = new RegExp(`^${path}${version}$`);
/**
 * References inside a text: any with more than one part and a tag or a digest, which nothing else looks like; without a tag, only
 * those after `image:` or Istio's `hub:`.
 */
const inText = new RegExp(
  [
    `(?<key>["']?\\b(?:image|hub)["']?[ \\t]*:[ \\t]*["']?)(?<bare>(?:${host}/)?${part}(?:/${part})+)(?=["'\\s]|$)`,
    `(?<![\\w./:$@{-])(?<whole>(?:${host}/)?${part}(?:/${part})+(?::\\w[\\w.-]*(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64}))`,
  ].join("|"),
  "g",
);

/**
 * An image's reference in a mirror: `quay.io/x/y:z` at `MIRROR/quay.io/x/y:z`, Docker Hub's short names under their full ones.
 * @param mirror - a registry, with or without a path; without one the image stays as it is
 */
export function mirrored(image: string, mirror: string | undefined): string {
  if (mirror === undefined) return image;
  const [first = "", ...others] = image.split("/");
  const hasHost = others.length > 0 && /[.:]|^localhost$/.test(first);
  const full = hasHost ? image : others.length > 0 ? `docker.io/${image}` : `docker.io/library/${image}`;
  return `${mirror}/${full}`;
}

/**
 * Rewrites every image that an object names to a mirror: those of containers, and those in arguments, environments and configuration.
 */
export function fromMirror(object: KubernetesObject, mirror: string | undefined): KubernetesObject {
  if (mirror === undefined) return object;
  const entries = Object.entries(object).map(([key, value]) => [key, key === "metadata" ? value : walk(value, mirror)]);
  return Object.fromEntries(entries) as KubernetesObject;
}

function walk(value: Json, mirror: string): Json {
  if (typeof value === "string") return inTexts(value, mirror);
  if (Array.isArray(value)) return value.map((item) => walk(item, mirror));
  if (!isMap(value)) return value;
  // An environment variable whose name ends in IMAGE holds an image.
  const named = typeof value["name"] === "string" && /IMAGE$/.test(value["name"]);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      // Knative's webhooks compare these with a checksum; nobody reads them.
      if (key === "_example") return [key, item];
      const isImage = /image$/i.test(key) || (named && key === "value");
      return [
        key,
        isImage && typeof item === "string" && reference.test(item) ? mirrored(item, mirror) : walk(item, mirror),
      ];
    }),
  );
}

const inTexts = (text: string, mirror: string): string =>
  text.replace(inText, (found, key?: string, bare?: string) =>
    key === undefined || bare === undefined ? mirrored(found, mirror) : `${key}${mirrored(bare, mirror)}`,
  );
