import { expect } from "chai";
import { rootPassword, starting } from "../../infra/products/database";
import { TestDatabase } from "../support/kubeflow/database";

const [first, second] = ["FirstPassword1", "SecondPassword2"];

describe("a database's password", function () {
  this.timeout(10 * 60_000);
  let database: TestDatabase;

  beforeEach(async () => {
    database = await TestDatabase.prepare();
  });
  afterEach(() => database.remove());

  const start = (password: string) =>
    database.start(starting(database.data, database.sql), password, rootPassword(password));
  const told = async (password: string) => [
    await database.ask(password, "127.0.0.1"),
    await database.ask(password, "localhost"),
  ];

  it("is required from the first start on, and a rotation changes it in the database", async () => {
    await start(first);
    expect(await told(first)).to.deep.equal(["welcome", "welcome"]);
    expect(await told("")).to.deep.equal(["refused", "refused"]);
    await database.stop();

    await start(second);
    expect(await told(second)).to.deep.equal(["welcome", "welcome"]);
    expect(await told(first)).to.deep.equal(["refused", "refused"]);
    expect(await told("")).to.deep.equal(["refused", "refused"]);
  });

  it("is set also in a database whose first start was killed before that", async () => {
    await database.leaveHalfMade();
    await start(first);
    expect(await told(first)).to.deep.equal(["welcome", "welcome"]);
    expect(await told("")).to.deep.equal(["refused", "refused"]);
  });

  it("cannot be set by the server while the image's entrypoint creates the database", async () => {
    const always = `exec docker-entrypoint.sh mysqld "$@" --init-file=${database.sql}`;
    await database.start(always, first, rootPassword(first));
    expect(await told(first)).to.deep.equal(["nothing", "nothing"]);
  });
});
