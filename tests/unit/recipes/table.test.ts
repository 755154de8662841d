import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { baseImages, controlPlaneImages, kubernetesVersions, nodeImages, pulumi } from "../../../infra/versions";
import { imagesOf } from "../../../infra/products/product";
import { products } from "../../../infra/products/products";
import { images } from "../../../infra/recipes/images";
import { randomTool } from "../../../infra/recipes/plugins";
import { tools as table } from "../../../infra/recipes/tools";
import type { RegistrySource, Tool } from "../../../toolchain/types";

const tools: [string, Tool][] = [...Object.entries(table), ["pulumi-random", randomTool]];
const without = (way: object): way is { none: string } => "none" in way;
function routes({ registries }: Tool): readonly RegistrySource[] {
  if ("kind" in registries) return [registries];
  return "none" in registries ? [] : registries;
}

describe("the tables of tools and images", () => {
  for (const [name, tool] of tools) {
    it(`${name}: every way exists or says why not, and there is one at least`, () => {
      const ways = [tool.machine, tool.official, tool.registries];
      for (const way of ways) if (without(way)) expect(way.none).to.have.length.greaterThan(10);
      expect(ways.slice(1).filter((way) => !without(way))).not.to.deep.equal([]);
    });

    it(`${name}: the official release is versioned, comes over TLS and has a checksum`, () => {
      if (without(tool.official)) return;
      const brought = tool.official.files.flatMap(({ programs }) =>
        typeof programs === "string" ? programs : Object.keys(programs),
      );
      expect(brought).to.include.members([...tool.programs]);
      for (const { url, sha256 } of tool.official.files) {
        expect(new URL(url).protocol).to.equal("https:");
        expect(url).to.match(/\d+\.\d+\.\d+/);
        if (typeof sha256 === "string") expect(sha256).to.match(/^[0-9a-f]{64}$/);
        else expect(new URL(sha256.publishedAt).protocol).to.equal("https:");
      }
    });

    it(`${name}: the registries bring every program, at exact versions`, () => {
      if (without(tool.registries)) return;
      const brought = routes(tool).flatMap((way) => [
        ...Object.keys(way.programs),
        ...("files" in way ? Object.keys(way.files ?? {}) : []),
      ]);
      expect(brought).to.include.members([...tool.programs]);
      for (const way of routes(tool)) {
        if (way.kind === "go") expect(way.version).to.match(/^v\d+\.\d+\.\d+/);
        if (way.kind === "pypi") expect(way.requirement).to.match(/^[\w.-]+==\d+\.\d+\.\d+$/);
      }
    });
  }

  it("has the provider plugins at the versions of their SDKs", () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    for (const [name, version] of Object.entries(pulumi.plugins))
      expect(manifest.dependencies[`@pulumi/${name}`]).to.equal(version);
    expect(manifest.dependencies["@pulumi/pulumi"]).to.equal(pulumi.cli);
  });

  it("can make every image that the stack names", () => {
    const named = [
      ...[nodeImages, baseImages, ...kubernetesVersions.map(controlPlaneImages)].flatMap((named) =>
        Object.values(named),
      ),
      ...imagesOf(products, { knativeIngress: "kourier" }),
    ];
    expect(Object.keys(images)).to.include.members(named);
  });

  it("starts each image's program from where it is", () => {
    for (const [ref, { config, programs, moduleFiles }] of Object.entries(images)) {
      const entry = config.entrypoint?.[0];
      if (entry) expect([...Object.keys(programs?.at ?? {}), ...Object.keys(moduleFiles ?? {})], ref).to.include(entry);
    }
  });
});
