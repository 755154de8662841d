import { type AddressInfo, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import type { Client } from "minio";
import type { Context } from "../../plugins/base";
import { bucket } from "../../plugins/stack/kinds/bucket";
import { bucketUser, type BucketUserInputs } from "../../plugins/stack/kinds/bucketUser";
import { modelVersion } from "../../plugins/stack/kinds/modelVersion";
import { Admin } from "../../plugins/stack/storage/admin";
import { connect, errorCode } from "../../plugins/stack/storage/connection";
import { prefixPolicy } from "../../plugins/stack/storage/policy";
import { refused } from "../support/stack/refused";
import { startMinio } from "../support/cluster/servers";

describe("resources in a real MinIO", function () {
  this.timeout(900_000);

  let minio: Awaited<ReturnType<typeof startMinio>>;
  let root: { endpoint: string; accessKey: string; secretKey: string };
  const said: string[] = [];
  const ctx: Context = {
    urn: "urn",
    name: "name",
    type: "type",
    preview: false,
    timeoutSeconds: 5,
    signal: new AbortController().signal,
    log: (_severity, message) => said.push(message),
    status: () => undefined,
  };

  before(async () => {
    minio = await startMinio();
    root = { endpoint: minio.endpoint, accessKey: minio.accessKey, secretKey: minio.secretKey };
    await bucket.create({ ...root, bucket: "mlpipeline" }, ctx);
  });

  after(() => minio?.stop());

  async function refusal(work: () => Promise<unknown>): Promise<string> {
    try {
      await work();
      return "allowed";
    } catch (error) {
      return errorCode(error);
    }
  }

  async function names(client: Client, prefix: string): Promise<string[]> {
    const found: string[] = [];
    for await (const item of client.listObjectsV2("mlpipeline", prefix, true)) {
      found.push((item as { name: string }).name);
    }
    return found;
  }

  describe("a bucket", () => {
    const inputs = (): { endpoint: string; accessKey: string; secretKey: string; bucket: string } => ({
      ...root,
      bucket: "kept",
    });

    it("is created, adopted when it exists, and created again when it is gone", async () => {
      const { id, state } = await bucket.create(inputs(), ctx);
      expect((await bucket.create(inputs(), ctx)).state).to.deep.equal(state);
      expect(await bucket.diff?.(id, state, inputs(), inputs(), ctx)).to.deep.equal({ changes: false });
      await connect(root).removeBucket("kept");
      expect(await bucket.read?.(id, inputs(), state, ctx)).to.equal(undefined);
      expect((await bucket.diff?.(id, state, inputs(), inputs(), ctx))?.changes).to.equal(true);
      await bucket.update?.(id, state, inputs(), inputs(), ctx);
      expect(await connect(root).bucketExists("kept")).to.equal(true);
    });

    it("is kept with its objects, unless they are to be deleted as well", async () => {
      const { id, state } = await bucket.create(inputs(), ctx);
      await connect(root).putObject("kept", "a/b", "c");
      await bucket.delete(id, state, ctx);
      expect(said.join()).to.match(/bucket kept .*objects/);
      await bucket.delete(id, { ...state, forceDestroy: true }, ctx);
      expect(await connect(root).bucketExists("kept")).to.equal(false);
    });
  });

  describe("a bucket user", () => {
    const writer = (): BucketUserInputs => ({
      ...root,
      bucket: "mlpipeline",
      prefix: "digits",
      access: "readwrite",
      userAccessKey: "writer",
      userSecretKey: "writers-secret",
    });
    const reader = (): BucketUserInputs => ({ ...writer(), access: "read", userAccessKey: "reader" });
    const as = (user: BucketUserInputs): Client =>
      connect({ ...root, accessKey: user.userAccessKey, secretKey: user.userSecretKey });

    before(async () => {
      await bucketUser.create(writer(), ctx);
      await bucketUser.create(reader(), ctx);
    });

    after(async () => {
      for (const user of [writer(), reader()]) await bucketUser.delete(ctx.name, user, ctx);
    });

    it("reaches its prefix and nothing else", async () => {
      const client = as(writer());
      await client.putObject("mlpipeline", "digits/v1/model.json", "{}");
      await client.putObject("mlpipeline", "digits/v1/large", Buffer.alloc(65 << 20));
      expect(await names(client, "digits/v1/")).to.have.members(["digits/v1/large", "digits/v1/model.json"]);
      await client.removeObject("mlpipeline", "digits/v1/large");
      expect(await refusal(() => client.statObject("mlpipeline", "digits/none"))).to.equal("NotFound");
      expect(await refusal(() => client.putObject("mlpipeline", "other/x", "x"))).to.equal("AccessDenied");
      expect(await refusal(() => client.putObject("mlpipeline", "digits2/x", "x"))).to.equal("AccessDenied");
      expect(await refusal(() => names(client, ""))).to.equal("AccessDenied");
      expect(await refusal(() => client.makeBucket("mine"))).to.equal("AccessDenied");
    });

    it("only reads when that is all it is granted", async () => {
      await as(writer()).putObject("mlpipeline", "digits/v1/model.json", "{}");
      const client = as(reader());
      expect(await text(await client.getObject("mlpipeline", "digits/v1/model.json"))).to.equal("{}");
      expect(await refusal(() => client.putObject("mlpipeline", "digits/v1/x", "x"))).to.equal("AccessDenied");
      expect(await refusal(() => client.removeObject("mlpipeline", "digits/v1/model.json"))).to.equal("AccessDenied");
    });

    it("shows no difference right after it was created", async () => {
      for (const user of [writer(), reader()]) {
        expect(await bucketUser.diff?.(ctx.name, user, user, user, ctx)).to.deep.equal({ changes: false });
      }
    });

    it("reads the further folders that it is granted, and nothing beside them", async () => {
      const elsewhere = connect(root);
      await elsewhere.makeBucket("numbers");
      for (const key of ["mnist/a", "other/a"]) await elsewhere.putObject("numbers", key, "a");
      await elsewhere.putObject("mlpipeline", "data/a", "a");
      const alsoReads = [
        { bucket: "numbers", prefix: "mnist" },
        { bucket: "mlpipeline", prefix: "data" },
      ];
      const user = { ...writer(), userAccessKey: "trainer", alsoReads };
      await bucketUser.create(user, ctx);
      try {
        const client = as(user);
        for (const { bucket, prefix } of alsoReads) {
          expect(await client.statObject(bucket, `${prefix}/a`)).to.have.property("size", 1);
          expect(await refusal(() => client.statObject(bucket, `${prefix}/none`))).to.equal("NotFound");
          expect(await refusal(() => client.putObject(bucket, `${prefix}/b`, "b"))).to.equal("AccessDenied");
        }
        expect(await refusal(() => client.getObject("numbers", "other/a"))).to.equal("AccessDenied");
        await client.putObject("mlpipeline", "digits/trainers", "{}");
        expect(await bucketUser.diff?.(ctx.name, user, user, user, ctx)).to.deep.equal({ changes: false });
      } finally {
        await bucketUser.delete(ctx.name, user, ctx);
      }
    });

    it("writes the further folders that a profile shares, and shows no difference after that", async () => {
      const alsoWrites = ["shared", "models"].map((prefix) => ({ bucket: "mlpipeline", prefix }));
      const user = { ...writer(), prefix: "private/team", userAccessKey: "member", alsoWrites };
      await bucketUser.create(user, ctx);
      try {
        const client = as(user);
        for (const prefix of ["private/team", "shared", "models"]) {
          await client.putObject("mlpipeline", `${prefix}/a`, "a");
          expect(await names(client, `${prefix}/`)).to.deep.equal([`${prefix}/a`]);
          await client.removeObject("mlpipeline", `${prefix}/a`);
        }
        expect(await refusal(() => client.putObject("mlpipeline", "private/other/a", "a"))).to.equal("AccessDenied");
        expect(await bucketUser.diff?.(ctx.name, user, user, user, ctx)).to.deep.equal({ changes: false });
      } finally {
        await bucketUser.delete(ctx.name, user, ctx);
      }
    });

    it("gets a new key in place, which invalidates the old one", async () => {
      const renewed = { ...writer(), userSecretKey: "another-secret" };
      const found = await bucketUser.diff?.(ctx.name, writer(), writer(), renewed, ctx);
      expect(found).to.deep.equal({ changes: true, detailed: { userSecretKey: "update" } });
      await bucketUser.update?.(ctx.name, writer(), writer(), renewed, ctx);
      expect(await names(as(renewed), "digits/")).to.not.equal(undefined);
      expect(await refusal(() => names(as(writer()), "digits/"))).to.equal("SignatureDoesNotMatch");
      await bucketUser.update?.(ctx.name, renewed, renewed, writer(), ctx);
    });

    const drifts: Record<string, [string, (admin: Admin) => Promise<void>]> = {
      "removed user": ["userAccessKey", (admin) => admin.removeUser("writer")],
      "changed key": ["userSecretKey", (admin) => admin.putUser("writer", "somebody-elses")],
      "widened policy": ["access", (admin) => admin.setUserPolicy("writer", "readwrite")],
      "changed policy": [
        "access",
        async (admin) =>
          admin.putPolicy((await admin.user("writer"))?.policyName ?? "", {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: ["s3:*"], Resource: ["arn:aws:s3:::*"] }],
          }),
      ],
    };
    for (const [what, [property, drift]] of Object.entries(drifts)) {
      it(`notices a ${what} and puts it right`, async () => {
        await drift(new Admin(root));
        const found = await bucketUser.diff?.(ctx.name, writer(), writer(), writer(), ctx);
        expect(found?.detailed).to.deep.equal({ [property]: "update" });
        await bucketUser.update?.(ctx.name, writer(), writer(), writer(), ctx);
        expect(await bucketUser.diff?.(ctx.name, writer(), writer(), writer(), ctx)).to.deep.equal({ changes: false });
      });
    }

    it("is gone when it is deleted, also twice", async () => {
      const user = { ...reader(), userAccessKey: "passer-by" };
      const { id, state } = await bucketUser.create(user, ctx);
      const { policyName = "" } = (await new Admin(root).user("passer-by")) ?? {};
      expect(await new Admin(root).policy(policyName)).not.to.equal(undefined);
      await bucketUser.delete(id, state, ctx);
      await bucketUser.delete(id, state, ctx);
      expect(await new Admin(root).user("passer-by")).to.equal(undefined);
      expect(await new Admin(root).policy(policyName)).to.equal(undefined);
    });

    it("does not show its access key in ids and messages", async () => {
      const user = { ...reader(), userAccessKey: "shown-nowhere" };
      const { id, state } = await bucketUser.create(user, ctx);
      expect(id).not.to.include(user.userAccessKey);
      expect(bucketUser.secretOutputs).to.include("userAccessKey");
      expect((await new Admin(root).user(user.userAccessKey))?.policyName).not.to.include(user.userAccessKey);
      await bucketUser.delete(id, state, ctx);
    });

    it("of a state whose ids were access keys is replaced by one with the same credentials", async () => {
      const admin = new Admin(root);
      const user = { ...reader(), userAccessKey: "of-old" };
      const policy = "kubeflow-stack-of-old";
      await admin.putPolicy(policy, prefixPolicy("mlpipeline", "digits", "read"));
      await admin.putUser(user.userAccessKey, user.userSecretKey);
      await admin.setUserPolicy(user.userAccessKey, policy);
      const found = await bucketUser.diff?.(user.userAccessKey, user, user, user, ctx);
      expect(found?.replaces).to.deep.equal(["userAccessKey"]);
      const { id, state } = await bucketUser.create(user, ctx);
      await bucketUser.delete(user.userAccessKey, user, ctx);
      expect(await admin.policy(policy)).to.equal(undefined);
      expect(await bucketUser.diff?.(id, state, user, user, ctx)).to.deep.equal({ changes: false });

      await admin.putPolicy(policy, prefixPolicy("mlpipeline", "digits", "read"));
      await admin.setUserPolicy(user.userAccessKey, policy);
      await bucketUser.delete(user.userAccessKey, user, ctx);
      expect(await admin.user(user.userAccessKey), "one that nothing has replaced").to.equal(undefined);
      await bucketUser.delete(id, state, ctx);
    });

    it("is removed with the current administrator's key when the one in its state is invalid", async () => {
      said.length = 0;
      const user = { ...writer(), userAccessKey: "rotated-out" };
      const { id, state } = await bucketUser.create(user, ctx);
      const successor = { ...writer(), userAccessKey: "rotated-in" };
      await bucketUser.create(successor, ctx);
      await bucketUser.delete(id, { ...state, secretKey: "an-older-secret" }, ctx);
      expect(await new Admin(root).user(user.userAccessKey)).to.equal(undefined);
      expect(said).to.deep.equal([]);
      await bucketUser.delete(id, successor, ctx);
    });

    it("is kept with a warning when no administrator is known", async () => {
      said.length = 0;
      const endpoint = root.endpoint.replace("127.0.0.1", "localhost");
      await bucketUser.delete(ctx.name, { ...writer(), endpoint, secretKey: "an-older-secret" }, ctx);
      expect(said.join()).to.match(/user of name .*left/);
    });

    it("reports what MinIO refuses", async () => {
      const checked = await bucketUser.check?.({ ...writer(), userSecretKey: "short" }, undefined, ctx);
      expect(checked?.failures?.map(({ reason }) => reason)).to.deep.equal([
        "It has 5 characters; MinIO takes 8 to 40.",
      ]);
    });
  });

  describe("a model version", () => {
    const inputs = (version: string) => ({ ...root, bucket: "mlpipeline", prefix: "models", version });
    const put = (version: string, content: string): Promise<unknown> =>
      connect(root).putObject("mlpipeline", `models/${version}/metrics.json`, content);

    it("has what the training run wrote", async () => {
      await put("a", JSON.stringify({ version: "a", accuracy: 0.991, epochs: 4, confusion: [] }));
      const { id, state } = await modelVersion.create(inputs("a"), ctx);
      expect(id).to.equal("s3://mlpipeline/models/a");
      expect(state).to.include({ accuracy: 0.991, epochs: 4, version: "a" });
      expect(await modelVersion.diff?.(id, state, inputs("a"), inputs("a"), ctx)).to.deep.equal({ changes: false });
      expect((await modelVersion.diff?.(id, state, inputs("a"), inputs("b"), ctx))?.replaces).to.deep.equal([
        "version",
      ]);
    });

    it("is awaited", async () => {
      const waiting = modelVersion.create(inputs("late"), {
        ...ctx,
        status: () => void put("late", '{"version":"late","accuracy":1}'),
      });
      expect((await waiting).state.accuracy).to.equal(1);
    });

    it("reports what is missing or wrong", async () => {
      const failure = (version: string): Promise<string> =>
        refused(async () => modelVersion.create(inputs(version), { ...ctx, timeoutSeconds: 1 }));
      expect(await failure("none")).to.match(/no mlpipeline\/models\/none\/metrics\.json/);
      await put("broken", "{");
      expect(await failure("broken")).to.include("models/broken/metrics.json");
      await put("other", '{"version":"x","accuracy":1}');
      expect(await failure("other")).to.include("version x");
    });
  });

  it("fail after their deadline when the store is silent", async () => {
    const silent = createServer();
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    try {
      const { port } = silent.address() as AddressInfo;
      const inputs = { ...root, endpoint: `http://127.0.0.1:${port}`, bucket: "mlpipeline" };
      expect((await bucket.diff?.("x", inputs, inputs, inputs, ctx))?.changes).to.equal(true);
    } finally {
      silent.close();
    }
  });

  it("report a store that does not answer, and show a change to be made", async () => {
    const gone = { ...root, endpoint: "http://127.0.0.1:1", bucket: "mlpipeline" };
    const failure = await refused(async () => bucket.create(gone, { ...ctx, timeoutSeconds: 1 }));
    expect(failure).to.match(/http:\/\/127\.0\.0\.1:1 .*within 1 s/);
    expect((await bucket.diff?.("x", gone, gone, gone, ctx))?.changes).to.equal(true);
  });
});
