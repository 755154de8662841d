import { expect } from "chai";
import { fromMirror, mirrored } from "../../../infra/objects/imageMirror";
import { needsDistribution } from "../../support/kubeflow/distribution";
import { FullPlatform } from "../../support/kubeflow/fullPlatform";
import type { RecordedResource } from "../../../engine/recorder";

const mirror = "mirror.example.com:5000/all";

/** Every string in a value with the path of keys that leads to it. */
function strings(value: unknown, path: readonly string[] = []): { path: readonly string[]; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => strings(inner, [...path, key]));
}

/** Whatever reads like an image: a name of several parts with a tag or a digest, however it got there. */
const imageLike =
  /(?<![\w./:$@{-])[a-z0-9][\w.-]*(?::\d+)?(?:\/[a-z0-9][\w.-]*)+(?::[\w][\w.-]*|@sha256:[0-9a-f]{64})/g;

/** What names an image in a resource: the values of keys that say so, and what reads like one in any text. */
function imagesOf({ type, inputs }: RecordedResource): string[] {
  // What webhooks are tried with is never run.
  if (type.endsWith(":WebhookReady")) return [];
  return strings(inputs).flatMap(({ path, text }) => {
    if (path[0] === "metadata" || path.includes("_example")) return [];
    if (/image$/i.test(path.at(-1) ?? "") && /[/:]/.test(text)) return [text];
    const untagged = [...text.matchAll(/["']?\b(?:image|hub)["']?\s*:\s*["']?([\w.:-]+\/[\w./-]+)(?=["'\s]|$)/g)];
    return [...(text.match(imageLike) ?? []), ...untagged.map(([, image = ""]) => image)];
  });
}

describe("a mirror of images", () => {
  it("has an image under its full name", () => {
    const places: [string, string][] = [
      ["quay.io/x/y:z", `${mirror}/quay.io/x/y:z`],
      ["mysql:8.4", `${mirror}/docker.io/library/mysql:8.4`],
      ["kserve/agent:v1", `${mirror}/docker.io/kserve/agent:v1`],
      ["localhost:5000/a", `${mirror}/localhost:5000/a`],
      ["gcr.io/a@sha256:0", `${mirror}/gcr.io/a@sha256:0`],
    ];
    for (const [image, there] of places) {
      expect(mirrored(image, mirror)).to.equal(there);
      expect(mirrored(image, undefined)).to.equal(image);
    }
  });

  it("rewrites images in arguments, environments and texts, and nothing else", () => {
    const object = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "x", annotations: { note: "quay.io/a/b:c" } },
      data: {
        json: '{"image" : "kserve/art-explainer", "hub": "gcr.io/istio-release", "other": "proxyv2"}',
        yaml: "image: ghcr.io/a/b:v1\nurl: http://host/path:8080\nport: a.b:80\nnone: image/png",
        cacheImage: "ghcr.io/containerd/busybox",
        _example: "image: ghcr.io/a/b:v1",
      },
      args: ["--acme-image=quay.io/a/b:v1", "--listen=0.0.0.0:80", "$(IMAGE)"],
      env: [
        { name: "FRONTEND_IMAGE", value: "ghcr.io/a/frontend" },
        { name: "PATH", value: "ghcr.io/a/frontend" },
      ],
    };
    expect(fromMirror(object, mirror)).to.deep.equal({
      ...object,
      data: {
        json: `{"image" : "${mirror}/docker.io/kserve/art-explainer", "hub": "${mirror}/gcr.io/istio-release", "other": "proxyv2"}`,
        yaml: `image: ${mirror}/ghcr.io/a/b:v1\nurl: http://host/path:8080\nport: a.b:80\nnone: image/png`,
        cacheImage: `${mirror}/ghcr.io/containerd/busybox`,
        _example: "image: ghcr.io/a/b:v1",
      },
      args: [`--acme-image=${mirror}/quay.io/a/b:v1`, "--listen=0.0.0.0:80", "$(IMAGE)"],
      env: [
        { name: "FRONTEND_IMAGE", value: `${mirror}/ghcr.io/a/frontend` },
        { name: "PATH", value: "ghcr.io/a/frontend" },
      ],
    });
    expect(fromMirror(object, undefined)).to.equal(object);
  });

  describe("of all of Kubeflow", () => {
    let plain: FullPlatform;
    let full: FullPlatform;

    before(async function () {
      this.timeout(30 * 60_000);
      await needsDistribution(this);
      plain = await FullPlatform.record();
      full = await FullPlatform.record({ imageMirror: mirror });
    });

    it("has every image that anything names", () => {
      const left = full.resources.flatMap((resource) =>
        imagesOf(resource)
          .filter((image) => !image.startsWith(`${mirror}/`))
          .map((image) => `${resource.label} ${image}`),
      );
      expect(left).to.deep.equal([]);
      const images = new Set(full.resources.flatMap(imagesOf));
      expect([...images]).to.include.members(
        [
          "gcr.io/istio-release",
          "docker.io/kserve/art-explainer",
          "quay.io/argoproj/argoexec:v3.7.3",
          "ghcr.io/kubeflow/kfp-launcher:2.16.0",
          "docker.io/tensorflow/tensorflow:2.5.1",
          "docker.io/filebrowser/filebrowser:v2.25.0",
          "ghcr.io/kubeflow/katib/suggestion-optuna:v0.19.0",
          "ghcr.io/kubeflow/kubeflow/notebook-servers/jupyter-scipy:v1.10.0",
          "docker.io/library/mysql:8.4",
          "docker.io/minio/minio:RELEASE.2025-09-07T16-13-09Z",
          "docker.io/library/alpine:3.10",
        ].map((image) => `${mirror}/${image}`),
      );
      expect(images.size).to.be.greaterThan(90);
      // The one that a program puts together from a name without a tag and a version.
      expect(
        JSON.stringify(full.inputs("kubernetes:apps/v1:Deployment::kubeflow/kubeflow-pipelines-profile-controller")),
      ).to.include(`{"name":"FRONTEND_IMAGE","value":"${mirror}/ghcr.io/kubeflow/kfp-frontend"}`);
    });

    it("changes nothing but images", () => {
      const back = (text: string) =>
        text
          .replaceAll(`${mirror}/docker.io/library/`, "")
          .replaceAll(`${mirror}/docker.io/`, "")
          .replaceAll(`${mirror}/`, "");
      const shortened = (text: string) => text.replaceAll("docker.io/library/", "").replaceAll("docker.io/", "");
      const texts = (one: FullPlatform) =>
        // A webhook's gate tells its servers by a digest of them.
        one.resources
          .filter(({ type }) => !type.endsWith(":WebhookReady"))
          .map(({ label, inputs }) => `${label} ${JSON.stringify(inputs)}`);
      const [was, is] = [texts(plain).map(shortened), texts(full).map(back).map(shortened)];
      expect(is.filter((text, index) => text !== was[index])).to.be.empty;
    });

    it("appears nowhere when it is not set", () => {
      expect(JSON.stringify(plain.resources)).not.to.include("mirror.example.com");
      const images = plain.resources.flatMap(imagesOf);
      expect(images).to.include.members(["mysql:8.4", "kserve/agent:v0.16.0", "gcr.io/istio-release"]);
    });
  });
});
