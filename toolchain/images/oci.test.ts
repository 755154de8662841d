import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { extract } from "tar-stream";
import { writeImage } from "./oci";
import { Tree } from "./tree";
import { sha256 } from "../../tests/support/machine/releaseServer";

interface Member {
  type: string;
  link: string | null | undefined;
  mode: number;
  content: Buffer;
}

async function untar(archive: Buffer): Promise<Map<string, Member>> {
  const members = new Map<string, Member>();
  const unpack = extract();
  Readable.from([archive]).pipe(unpack);
  for await (const entry of unpack) {
    const { name, type, linkname, mode } = entry.header;
    members.set(name, { type: type ?? "", link: linkname, mode: mode ?? 0, content: await buffer(entry) });
  }
  return members;
}

describe("toolchain images", () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "kubeflow-stack-test-"))));

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = async (tree: Tree, name = "image"): Promise<{ digest: string; members: Map<string, Member> }> => {
    const archive = join(folder, `${name}.tar`);
    const digest = await writeImage(
      "example.org/some/tool:1.2",
      tree,
      { entrypoint: ["/tool"] },
      archive,
      join(folder, "work"),
    );
    return { digest, members: await untar(readFileSync(archive)) };
  };
  const layerOf = async (members: Map<string, Member>, digest: string): Promise<Map<string, Member>> => {
    const manifest = JSON.parse(blob(members, digest)) as { layers: { digest: string }[] };
    return untar(members.get(`blobs/${manifest.layers[0]?.digest.replace(":", "/")}`)?.content ?? Buffer.alloc(0));
  };
  const blob = (members: Map<string, Member>, digest: string): string =>
    members.get(`blobs/${digest.replace(":", "/")}`)?.content.toString() ?? "";

  it("include a program that is a link on this machine, as those from wheels are", async () => {
    writeFileSync(join(folder, "real"), "a program that is longer than the path of it");
    symlinkSync("real", join(folder, "program"));
    const { digest, members } = await write(new Tree().program("/tool", join(folder, "program")));
    const tool = (await layerOf(members, digest)).get("tool");
    expect(tool).to.include({ type: "file", mode: 0o755 });
    expect(tool?.content.toString()).to.equal("a program that is longer than the path of it");
  });

  it("have the same digest for the same content, in whatever order it was added", async () => {
    const one = await write(new Tree().file("/b", "two").file("/a/c", "one").link("/tool", "a/c"), "one");
    const other = await write(new Tree().link("/tool", "a/c").file("/a/c", "one").file("/b", "two"), "other");
    const third = await write(new Tree().file("/a/c", "one").file("/b", "other").link("/tool", "a/c"), "third");
    expect(one.digest).to.equal(other.digest);
    expect(third.digest).not.to.equal(one.digest);
  });

  it("are written as archives whose blobs have their digests and whose index names the image", async () => {
    const { digest, members } = await write(new Tree().file("/tool", "program", 0o755));
    const index = JSON.parse(members.get("index.json")?.content.toString() ?? "") as {
      manifests: { digest: string; annotations: Record<string, string> }[];
    };
    expect(index.manifests[0]?.digest).to.equal(digest);
    expect(index.manifests[0]?.annotations).to.include({
      "io.containerd.image.name": "example.org/some/tool:1.2",
      "org.opencontainers.image.ref.name": "example.org/some/tool:1.2",
    });
    const blobs = [...members].filter(([name]) => name.startsWith("blobs/sha256/"));
    expect(blobs).to.have.length(3);
    for (const [name, { content }] of blobs) expect(name).to.equal(`blobs/sha256/${sha256(content)}`);
  });

  it("have the folders in between, and hard links after their targets", async () => {
    const tree = new Tree().add("/a/link", { type: "link", target: "/z/file" }).file("/z/file", "content", 0o600);
    const { digest, members } = await write(tree);
    const layer = await layerOf(members, digest);
    expect([...layer.keys()]).to.deep.equal(["a/", "z/", "z/file", "a/link"]);
    expect(layer.get("z/file")).to.include({ type: "file", mode: 0o600 });
    expect(layer.get("a/link")).to.include({ type: "link", link: "z/file" });
  });

  it("keep Debian's merged folders as links", async () => {
    const tree = new Tree(true)
      .folder("/bin")
      .file("/bin/sh", "shell", 0o755)
      .file("/usr/lib/one", "")
      .file("/lib/two", "");
    const layer = await layerOf((await write(tree)).members, (await write(tree)).digest);
    expect(layer.get("bin")).to.include({ type: "symlink", link: "usr/bin" });
    expect([...layer.keys()]).to.include.members(["usr/bin/sh", "usr/lib/one", "usr/lib/two"]);
    expect([...layer.keys()].filter((name) => /^(bin|lib)\//.test(name))).to.deep.equal([]);
  });

  it("omit what is pruned, and have the later of two entries", async () => {
    const tree = new Tree()
      .file("/usr/share/doc/x", "")
      .file("/a", "old")
      .file("/a", "new")
      .prune((path) => path.includes("/doc/"));
    const { digest, members } = await write(tree);
    const layer = await layerOf(members, digest);
    expect(layer.has("usr/share/doc/x")).to.equal(false);
    expect(layer.get("a")?.content.toString()).to.equal("new");
  });
});
