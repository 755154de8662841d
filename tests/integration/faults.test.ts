import { expect } from "chai";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { Place } from "../support/stack/place";

describe("a stack with faults", () => {
  let place: Place;
  let server: Server;
  let taken: number;

  before(async () => {
    place = new Place("faulty", mkdtempSync(path.join(tmpdir(), "faults-")));
    server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    taken = (server.address() as AddressInfo).port;
  });
  after(() => {
    server.close();
    rmSync(place.folder, { recursive: true, force: true });
  });

  const configure = (config: Readonly<Record<string, unknown>>) =>
    writeFileSync(
      place.configFile,
      stringify({
        config: Object.fromEntries(Object.entries(config).map(([key, value]) => [`kubeflow-stack:${key}`, value])),
      }),
    );
  const expectNothingMade = () => {
    expect(existsSync(place.node), "a node").to.equal(false);
    expect(existsSync(place.state), "a state").to.equal(false);
  };

  for (const command of ["up", "doctor"]) {
    it(`makes ${command} report all faults of the configuration at once, before anything is created`, async () => {
      configure({ profile: "huge", pagePort: 99999, digits: { epochs: 0 } });
      const { code, stdout, stderr } = await place.run(command);
      expect(code).to.equal(1);
      const said = stdout + stderr;
      expect(said)
        .to.match(/profile.*huge/)
        .and.match(/pagePort.*99999/)
        .and.match(/epochs.*0/);
      expect(said).not.to.include("    at ");
      expectNothingMade();
    });

    it(`makes ${command} name the port that is taken, before anything is created`, async () => {
      configure({ pagePort: taken });
      const { code, stdout, stderr } = await place.run(command);
      expect(code).to.equal(1);
      expect(stdout + stderr).to.match(new RegExp(`Port ${taken} .*page.*taken`));
      expectNothingMade();
    });
  }
});
