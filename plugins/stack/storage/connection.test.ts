import { expect } from "chai";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, isUnreachable, untilReachable } from "./connection";
import { failureOf } from "../../../tests/support/cluster/resource";

describe("a connection to an object store", () => {
  let server: Server;
  let statuses: number[];
  let asked: number;

  beforeEach(async () => {
    [statuses, asked] = [[], 0];
    server = createServer((_request, response) => {
      asked += 1;
      response.statusCode = statuses.shift() ?? 200;
      response.end();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  });
  afterEach(() => server.close());

  const bucketExists = (): Promise<boolean> => connect(connection()).bucketExists("digits");
  const connection = () => ({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accessKey: "administrator",
    secretKey: "the-administrators-secret",
  });
  const asking = { seconds: 30, signal: new AbortController().signal, status: () => undefined };

  it("waits while the store answers that it is starting", async () => {
    statuses = [503, 500, 429];
    expect(await untilReachable(connection().endpoint, bucketExists, asking)).to.equal(true);
    expect(asked).to.equal(4);
  });

  it("fails with the last answer of the store when the wait is over", async () => {
    statuses = [503, 503, 503, 503];
    const failure = await failureOf(untilReachable(connection().endpoint, bucketExists, { ...asking, seconds: 0 }));
    expect(failure.message)
      .to.include(connection().endpoint)
      .and.match(/not ready within 0 s .*503/);
  });

  it("does not wait when the store refuses", async () => {
    statuses = [403];
    const failure = await failureOf(untilReachable(connection().endpoint, bucketExists, asking));
    expect(isUnreachable(failure)).to.equal(false);
    expect(asked).to.equal(1);
  });
});
