import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { arch } from "../home";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { forgetUnreachable } from "../download";
import { parseRef, pullImage } from "./pull";
import { silent } from "../progress";
import { sha256 } from "../../tests/support/machine/releaseServer";

const digestOf = (text: string): string => `sha256:${sha256(text)}`;
const layer = "the bytes of a layer";
const config = JSON.stringify({ architecture: arch, os: "linux" });
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf(config), size: config.length },
  layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: digestOf(layer), size: layer.length }],
});
const index = JSON.stringify({
  schemaVersion: 2,
  manifests: [
    { mediaType: "x", digest: digestOf("other"), size: 5, platform: { os: "linux", architecture: "s390x" } },
    {
      mediaType: "x",
      digest: digestOf(manifest),
      size: manifest.length,
      platform: { os: "linux", architecture: arch },
    },
  ],
});

describe("toolchain image registries", () => {
  let server: Server;
  let folder: string;
  let host: string;
  /** What the registry holds, by path. */
  let content: Map<string, string>;

  beforeEach(async () => {
    forgetUnreachable();
    folder = mkdtempSync(join(tmpdir(), "kubeflow-stack-test-"));
    content = new Map([
      ["/v2/some/tool/manifests/1.2", index],
      [`/v2/some/tool/manifests/${digestOf(manifest)}`, manifest],
      [`/v2/some/tool/blobs/${digestOf(config)}`, config],
      [`/v2/some/tool/blobs/${digestOf(layer)}`, layer],
    ]);
    server = createServer((request, response) => {
      const path = request.url ?? "";
      if (path.startsWith("/token")) {
        expect(new URL(path, "http://x").searchParams.get("scope")).to.equal("repository:some/tool:pull");
        response.end(JSON.stringify({ token: "anonymous" }));
      } else if (request.headers.authorization !== "Bearer anonymous") {
        response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token",service="test"` }).end();
      } else {
        const body = content.get(path);
        if (body === undefined) response.writeHead(404).end();
        else response.end(body);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  const pull = (): Promise<string> =>
    pullImage(`${host}/some/tool:1.2`, join(folder, "image.tar"), join(folder, "blobs"), silent.start("")).catch(
      (error: unknown) => (error as Error).message,
    );

  it("give this machine's image, with the token that the registry asks for", async () => {
    expect(await pull()).to.equal(digestOf(manifest));
    const archive = readFileSync(join(folder, "image.tar"), "latin1");
    for (const part of [manifest, config, layer]) expect(archive).to.include(part).and.to.include(sha256(part));
    expect(archive).to.include(`"org.opencontainers.image.ref.name":"${host}/some/tool:1.2"`);
    expect(readdirSync(join(folder, "blobs"))).to.deep.equal([]);
  });

  it("refuse a manifest and a blob with another checksum", async () => {
    content.set(`/v2/some/tool/blobs/${digestOf(layer)}`, "something else");
    expect(await pull()).to.match(/has the checksum/);
    content.set(`/v2/some/tool/manifests/${digestOf(manifest)}`, manifest.replace("2", "3"));
    expect(await pull()).to.match(/has the checksum/);
  });

  it("report an image that does not exist, or not for this machine", async () => {
    content.set("/v2/some/tool/manifests/1.2", index.replaceAll(`"${arch}"`, '"riscv64"'));
    expect(await pull()).to.equal(`${host}/some/tool:1.2 is not published for linux/${arch}`);
    content.delete("/v2/some/tool/manifests/1.2");
    expect(await pull()).to.match(/answered 404$/);
  });

  it("are found from a full image reference", () => {
    expect(parseRef("docker.io/library/node:22-bookworm-slim")).to.deep.equal({
      base: "https://registry-1.docker.io",
      repository: "library/node",
      reference: "22-bookworm-slim",
    });
    expect(parseRef("registry.k8s.io/coredns/coredns:v1.12.1").repository).to.equal("coredns/coredns");
    expect(() => parseRef("node")).to.throw('"node" is no full image reference');
  });
});
