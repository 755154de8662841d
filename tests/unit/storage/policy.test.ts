import { expect } from "chai";
import { prefixPolicy } from "../../../plugins/stack/storage/policy";

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

  it("lets readers read", () => {
    expect(actions("read")).to.have.members(["s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject"]);
  });

  it("lets writers put and delete as well", () => {
    expect(actions("readwrite")).to.include.members(["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]);
  });

  it("covers the whole bucket without a prefix", () => {
    const { Statement } = prefixPolicy("b", "", "read");
    expect(Statement.at(-1)?.Resource).to.deep.equal(["arn:aws:s3:::b/*"]);
    expect(Statement.some(({ Condition }) => Condition !== undefined)).to.equal(false);
  });
});
