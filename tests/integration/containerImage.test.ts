import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { expect } from "chai";
import { nodeImages } from "../../infra/versions";
import { type Context, UNKNOWN } from "../../plugins/base";
import { archiveDigest, builtArchive } from "../../plugins/stack/image/builtImages";
import { containerImage, type ContainerImageInputs } from "../../plugins/stack/kinds/containerImage";
import { imageBuild } from "../../plugins/stack/kinds/imageBuild";
import { plainProgress } from "../../toolchain";
import { ensureImages, ensureTools } from "../../infra/recipes";
import { buildWithBuildah } from "../../toolchain/buildah/build";
import { processesNaming } from "../support/machine/machine";
import { refused } from "../support/stack/refused";
import { startContainerd, startRegistry } from "../support/cluster/servers";
import { until } from "../support/machine/until";

const progress = plainProgress((line) => process.stderr.write(`${line}\n`));
const base = nodeImages.localPathHelper;
const project = join(__dirname, "../..");

describe("an image from a folder", function () {
  this.timeout(900_000);

  // The name is this run's own: what is built is kept by name.
  const name = `test-${process.pid}`;
  let folder: string;
  const statuses: string[] = [];
  const ctx: Context = {
    urn: "urn",
    name,
    type: containerImage.type,
    preview: false,
    timeoutSeconds: 0,
    signal: new AbortController().signal,
    log: () => undefined,
    status: (text) => statuses.push(text),
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "image-"));
    statuses.length = 0;
    write(
      "Dockerfile",
      `FROM ${base}\nCOPY . /app\nRUN date > /tmp/built && ls /app > /listing\nCMD ["cat", "/app/a"]\n`,
    );
    write(".dockerignore", "ignored\n");
    write("a", "1\n");
    write("ignored", "never seen\n");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  after(() => rmSync(join(builtArchive(name, "x"), ".."), { recursive: true, force: true }));

  function write(path: string, content: string): void {
    writeFileSync(join(folder, path), content);
  }

  async function checked(push: ContainerImageInputs["push"]): Promise<ContainerImageInputs> {
    const result = await containerImage.check?.({ name, context: folder, push }, undefined, ctx);
    expect(result?.failures).to.deep.equal([]);
    return result?.inputs ?? { name, context: folder, push };
  }

  const built = (): boolean => statuses.some((text) => text.startsWith("step "));

  describe("for a node", () => {
    let node: Awaited<ReturnType<typeof startContainerd>>;

    before(async () => (node = await startContainerd()));

    after(() => node?.stop());

    const diff = (id: string, state: Awaited<ReturnType<typeof create>>["state"], news: ContainerImageInputs) =>
      containerImage.diff?.(id, state, news, news, ctx);
    const create = (inputs: ContainerImageInputs) => containerImage.create(inputs, ctx);

    it("has its name before it is built, is built once, and is loaded again when it is missing", async () => {
      const inputs = await checked({ containerdSocket: node.socket });
      const preview = await containerImage.previewState?.(inputs, undefined, { ...ctx, preview: true });
      expect(preview?.digest).to.equal(undefined);

      const { id, state } = await create(inputs);
      expect(state.ref)
        .to.equal(preview?.ref)
        .and.to.match(/^docker\.io\/kubeflow-stack\/test-\d+:[0-9a-f]{12}$/);
      expect(built()).to.equal(true);
      expect(node.ctr("images", "ls", "-q")).to.include(state.ref);
      expect(node.ctr("images", "ls", "-q")).to.include(state.ref.replace(/:[^:]*$/, `@${state.digest}`));
      expect(node.ctr("images", "ls", `name==${state.ref}`).join()).to.contain("io.cri-containerd.pinned=pinned");
      expect(await diff(id, state, inputs)).to.deep.equal({ changes: false });

      node.ctr("images", "rm", state.ref);
      statuses.length = 0;
      expect((await diff(id, state, inputs))?.detailed).to.deep.equal({ push: "update" });
      expect(await containerImage.read?.(id, inputs, state, ctx)).to.equal(undefined);
      expect(await containerImage.update?.(id, state, inputs, inputs, ctx)).to.deep.equal(state);
      expect(built()).to.equal(false);
      expect(await diff(id, state, inputs)).to.deep.equal({ changes: false });

      await containerImage.delete(id, state, ctx);
      await containerImage.delete(id, state, ctx);
      expect(node.ctr("images", "ls", "-q").join()).to.not.contain(name);
    });

    it("can be built before the node exists, and is loaded after that", async () => {
      write("a", "built early\n");
      const { push: _, ...source } = await checked({ containerdSocket: UNKNOWN as unknown as string });
      const { inputs = source } = (await imageBuild.check?.(source, undefined, ctx)) ?? {};
      const early = await imageBuild.create(inputs, ctx);
      expect(built()).to.equal(true);
      expect(await imageBuild.previewState?.(inputs, undefined, ctx)).to.deep.equal(early.state);
      statuses.length = 0;
      const news = await checked({ containerdSocket: node.socket });
      const { id, state } = await create(news);
      expect(state.contentHash).to.equal(early.state.contentHash);
      expect(built()).to.equal(false);

      write("a", "built later\n");
      const { inputs: later = inputs } = (await imageBuild.check?.(source, undefined, ctx)) ?? {};
      expect((await imageBuild.diff?.(early.id, early.state, inputs, later, ctx))?.changes).to.equal(true);
      expect((await imageBuild.diff?.(early.id, early.state, inputs, inputs, ctx))?.changes).to.equal(false);
      await containerImage.delete(id, state, ctx);
    });

    it("is replaced when its folder changes, and kept when an ignored file changes", async () => {
      const inputs = await checked({ containerdSocket: node.socket });
      const { id, state } = await create(inputs);
      write("ignored", "still never seen\n");
      expect(await diff(id, state, await checked(inputs.push))).to.deep.equal({ changes: false });
      write("a", "2\n");
      const news = await checked(inputs.push);
      expect((await diff(id, state, news))?.replaces).to.deep.equal(["contentHash"]);
      const known = await containerImage.previewState?.(news, state, { ...ctx, preview: true });
      expect(known?.ref).to.not.equal(state.ref);
    });

    it("is reported as missing on a stopped node, and fails with the reason when it is to be loaded", async () => {
      const inputs = await checked({ containerdSocket: node.socket });
      const { id, state } = await create(inputs);
      const stopped = { ...inputs, push: { containerdSocket: join(folder, "stopped.sock") } };
      const moved = { ...state, push: stopped.push };
      expect((await diff(id, moved, stopped))?.detailed).to.deep.equal({ push: "update" });
      expect(await refused(async () => create(stopped))).to.contain(`${folder}/stopped.sock`);
      await containerImage.delete(id, moved, ctx);
    });

    it("has a name in a preview even while its node has no address", async () => {
      const inputs = await checked({ containerdSocket: UNKNOWN as unknown as string });
      const known = await containerImage.previewState?.(inputs, undefined, { ...ctx, preview: true });
      expect(known?.ref).to.contain(`docker.io/kubeflow-stack/${name}:`);
    });

    it("fails with the last lines of the build", async () => {
      write("Dockerfile", `FROM ${base}\nRUN echo the reason is here >&2; false\n`);
      const inputs = await checked({ containerdSocket: node.socket });
      const failure = await refused(async () => create(inputs));
      expect(failure).to.contain("the reason is here");
      expect(existsSync(builtArchive(name, inputs.contentHash ?? ""))).to.equal(false);
    });
  });

  it("is pushed to a registry, and pushed again when that has lost it", async () => {
    write("a", "for a registry\n");
    let registry = await startRegistry();
    const push = { registry: `${registry.host}/team` };
    try {
      const inputs = await checked(push);
      const { id, state } = await containerImage.create(inputs, ctx);
      expect(state.ref).to.equal(`${push.registry}/${name}:${inputs.contentHash?.slice(0, 12)}`);
      const manifest = `http://${registry.host}/v2/team/${name}/manifests/${state.digest}`;
      const accept = { headers: { accept: "application/vnd.oci.image.manifest.v1+json" } };
      expect((await fetch(manifest, accept)).status).to.equal(200);
      expect(await containerImage.diff?.(id, state, inputs, inputs, ctx)).to.deep.equal({ changes: false });

      await registry.stop();
      registry = await startRegistry();
      const elsewhere = { ...inputs, push: { registry: `${registry.host}/team` } };
      const moved = { ...state, ref: state.ref.replace(push.registry, elsewhere.push.registry), push: elsewhere.push };
      expect((await containerImage.diff?.(id, moved, elsewhere, elsewhere, ctx))?.changes).to.equal(true);
    } finally {
      await registry.stop();
    }
  });

  describe("by buildah", () => {
    let program: string;
    let bases: Record<string, { archive: string; digest: string }>;

    before(async () => {
      program = (await ensureTools(["buildah"], progress)).bin("buildah");
      bases = Object.fromEntries((await ensureImages([base], progress)).map((image) => [image.ref, image]));
    });

    async function build(context: string, archive: string, fresh = true): Promise<string> {
      const dockerfile = `FROM ${base}\nCOPY . /app\nRUN touch /new && ls /app > /listing\n`;
      await buildWithBuildah({ ref: `docker.io/x/${name}:1`, context, dockerfile, bases, archive, fresh }, { program });
      return (await archiveDigest(archive)) ?? "";
    }

    it("has the same digest whenever and wherever it is built", async () => {
      const other = mkdtempSync(join(tmpdir(), "image-"));
      try {
        cpSync(folder, other, { recursive: true });
        const digests = [await build(folder, join(folder, "../a.tar")), await build(other, join(other, "../b.tar"))];
        expect(digests[0])
          .to.match(/^sha256:[0-9a-f]{64}$/)
          .and.to.equal(digests[1]);
      } finally {
        for (const path of [other, join(folder, "../a.tar"), join(other, "../b.tar")])
          rmSync(path, { recursive: true });
      }
    });

    it("lets a RUN use the machine's registry settings and keeps nothing of them", async () => {
      const archive = join(folder, "../secrets.tar");
      const unpacked = mkdtempSync(join(tmpdir(), "unpacked-"));
      process.env["npm_config_@ours:registry"] = "https://only-this-machine.example/";
      try {
        const dockerfile = `FROM ${base}\nRUN cat /root/.npmrc | cut -c1-9 > /seen\n`;
        await buildWithBuildah(
          { ref: "docker.io/x/y:1", context: folder, dockerfile, bases, archive, fresh: true },
          { program },
        );
        execFileSync("tar", ["-xf", archive, "-C", unpacked]);
        const blobs = join(unpacked, "blobs/sha256");
        const content = readdirSync(blobs).map((blob) => decompressed(readFileSync(join(blobs, blob))));
        const holds = (text: string): boolean => content.some((blob) => blob.includes(text));
        expect(holds("@ours:reg")).to.equal(true);
        expect(holds("only-this-machine")).to.equal(false);
      } finally {
        delete process.env["npm_config_@ours:registry"];
        rmSync(archive, { force: true });
        rmSync(unpacked, { recursive: true });
      }
    });

    it("leaves no process, mount or file behind when it is killed, and builds again", async () => {
      const before = mounts();
      const started = join(folder, "started");
      const script = `
        import { buildWithBuildah } from "./toolchain/buildah/build";
        const request = JSON.parse(process.env.REQUEST);
        void buildWithBuildah(request, { program: process.env.PROGRAM, onLine: (line) => console.log(line) });`;
      const dockerfile = `FROM ${base}\nRUN echo it runs && sleep 3600.${process.pid}\n`;
      const request = { ref: "docker.io/x/killed:1", context: folder, dockerfile, bases, archive: started };
      const child = spawn(join(project, "node_modules/.bin/node"), ["--import", "tsx", "-e", script], {
        cwd: project,
        env: { ...process.env, REQUEST: JSON.stringify(request), PROGRAM: program },
      });
      let output = "";
      child.stdout.on("data", (data: Buffer) => (output += data.toString()));
      child.stderr.on("data", (data: Buffer) => (output += data.toString()));
      try {
        await until("the RUN runs", () =>
          processesNaming(`3600.${process.pid}`).some((line) => /\d+ sleep/.test(line)),
        );
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${output}`, { cause: error });
      } finally {
        child.kill("SIGKILL");
      }
      await until("the build is gone", () => processesNaming(`3600.${process.pid}`).length === 0);
      expect(mounts()).to.deep.equal(before);
      expect(["/etc/cni", "/var/lib/containers"].filter((path) => existsSync(path))).to.deep.equal([]);
      const archive = join(folder, "../again.tar");
      expect(await build(folder, archive, false)).to.match(/^sha256:/);
      expect(statSync(archive).size).to.be.greaterThan(0);
      rmSync(archive);
    });
  });
});

function decompressed(blob: Buffer): Buffer {
  if (blob.subarray(0, 4).toString("hex") === "28b52ffd") return zstdDecompressSync(blob);
  return blob.subarray(0, 2).toString("hex") === "1f8b" ? gunzipSync(blob) : blob;
}

function mounts(): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ").slice(2).join(" "))
    .sort();
}
