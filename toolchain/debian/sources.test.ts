import { expect } from "chai";
import { parseDeb822, parseList, suiteOf } from "./sources";

const deb822 = `Types: deb
# a snapshot
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://deb.nodesource.com/node_20.x
Suites: nodistro
Components: main

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
`;

describe("toolchain Debian sources", () => {
  it("are read from apt's newer format", () => {
    const entries = parseDeb822(deb822);
    expect(entries.map(({ uri, suite }) => `${uri} ${suite}`)).to.deep.equal([
      "http://mirror.example/debian bookworm",
      "http://mirror.example/debian bookworm-updates",
      "https://deb.nodesource.com/node_20.x nodistro",
    ]);
    expect(entries[0]?.components).to.deep.equal(["main", "contrib"]);
    expect(entries[0]?.signedBy).to.equal("/usr/share/keyrings/debian-archive-keyring.gpg");
  });

  it("are read from apt's older format", () => {
    const entries = parseList(`# comment
deb [arch=amd64 signed-by=/k.gpg] http://deb.debian.org/debian bookworm main non-free # note
deb-src http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian-security bookworm-security main
`);
    expect(entries).to.deep.equal([
      { uri: "http://deb.debian.org/debian", suite: "bookworm", components: ["main", "non-free"], signedBy: "/k.gpg" },
      { uri: "http://deb.debian.org/debian-security", suite: "bookworm-security", components: ["main"] },
    ]);
  });

  it("include the distribution's own archives and mirrors, and no vendor's", () => {
    const { sources } = suiteOf("bookworm", parseDeb822(deb822), "debian");
    expect(sources).to.have.length(2);
    for (const line of sources)
      expect(line).to.match(/^deb \[signed-by=.*\] http:\/\/mirror\.example\/debian bookworm/);
  });

  it("are the host's mirror for another suite", () => {
    const { sources } = suiteOf("trixie", parseDeb822(deb822), "debian");
    expect(sources.map((line) => line.replace(/\[.*\] /, ""))).to.deep.equal([
      "deb http://mirror.example/debian trixie main",
      "deb http://mirror.example/debian trixie-updates main",
      "deb http://deb.debian.org/debian-security trixie-security main",
    ]);
  });
});
