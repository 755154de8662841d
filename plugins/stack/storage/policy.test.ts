import { expect } from "chai";
import { prefixPolicy, userPolicy } from "./policy";

describe("a bucket user's policy", () => {
  const actions = (access: "read" | "readwrite"): string[] =>
    prefixPolicy("mlpipeline", "digits", access).Statement.flatMap(({ Action }) => Action);

  it("reaches its prefix only", () => {
    const policy = prefixPolicy("mlpipeline", "/digits/", "read");
    expect(policy.Statement.flatMap(({ Resource }) => Resource)).to.deep.equal([
      "arn:aws:s3:::mlpipeline",
      "arn:aws:s3:::mlpipeline",
      "arn:aws:s3:::mlpipeline/digits/*",
    ]);
    const list = policy.Statement.find(({ Action }) => Action.includes("s3:ListBucket"));
    expect(list?.Condition).to.deep.equal({ StringLike: { "s3:prefix": ["digits", "digits/*"] } });
  });

  it("grants reading to readers", () => {
    expect(actions("read")).to.have.members(["s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject"]);
  });

  it("grants putting and deleting to writers as well", () => {
    expect(actions("readwrite")).to.include.members(["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]);
  });

  it("covers the whole bucket without a prefix", () => {
    const { Statement } = prefixPolicy("b", "", "read");
    expect(Statement.at(-1)?.Resource).to.deep.equal(["arn:aws:s3:::b/*"]);
    expect(Statement.some(({ Condition }) => Condition !== undefined)).to.equal(false);
  });

  it("grants reading of further folders without writing", () => {
    const own = { bucket: "mlpipeline", prefix: "digits", access: "readwrite" } as const;
    expect(userPolicy(own)).to.deep.equal(prefixPolicy("mlpipeline", "digits", "readwrite"));
    const reads = [{ bucket: "numbers", prefix: "mnist" }];
    const { Statement } = userPolicy({ ...own, alsoReads: reads });
    const elsewhere = Statement.filter(({ Resource }) => Resource.some((each) => each.includes("numbers")));
    expect(elsewhere).to.deep.equal(prefixPolicy("numbers", "mnist", "read").Statement);
  });

  it("grants writing and reading of shared folders", () => {
    const own = { bucket: "mlpipeline", prefix: "private/team", access: "readwrite" } as const;
    const { Statement } = userPolicy({ ...own, alsoWrites: [{ bucket: "mlpipeline", prefix: "shared" }] });
    const shared = Statement.filter((each) => JSON.stringify(each).includes("shared"));
    const wanted = prefixPolicy("mlpipeline", "shared", "readwrite").Statement;
    expect(shared).to.deep.equal(wanted.filter((each) => JSON.stringify(each).includes("shared")));
    expect(shared.flatMap(({ Action }) => Action)).to.include.members(["s3:GetObject", "s3:PutObject"]);
  });

  it("repeats no statement, since MinIO drops repetitions, which would look like drift", () => {
    const { Statement } = userPolicy({
      bucket: "mlpipeline",
      prefix: "digits",
      access: "readwrite",
      alsoReads: [{ bucket: "mlpipeline", prefix: "data" }],
    });
    expect(new Set(Statement.map((each) => JSON.stringify(each))).size).to.equal(Statement.length);
  });
});
