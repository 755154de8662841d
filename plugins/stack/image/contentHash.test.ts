import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { readSource, type ImageSource } from "./contentHash";

describe("an image's content hash", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "context-"));
    write("Dockerfile", "ARG BASE=node:22-bookworm-slim\nFROM ${BASE}\nCOPY . /app\n");
    write("src/main.ts", "export {};\n");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, content: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }

  function hash(source: Partial<ImageSource> = {}): string {
    return readSource({ context: folder, ...source }).contentHash;
  }

  it("is the same while nothing that reaches the image changes", () => {
    const before = hash();
    utimesSync(join(folder, "src/main.ts"), 1, 1);
    chmodSync(join(folder, "src/main.ts"), 0o600);
    chmodSync(join(folder, "src"), 0o700);
    expect(hash()).to.equal(before);
  });

  const changes: Record<string, () => Partial<ImageSource> | void> = {
    "a file's content": () => write("src/main.ts", "export const a = 1;\n"),
    "a file's name": () => symlinkSync("main.ts", join(folder, "src/other.ts")),
    "the executable bit": () => chmodSync(join(folder, "src/main.ts"), 0o755),
    "an empty folder": () => mkdirSync(join(folder, "data")),
    "the Dockerfile": () => write("Dockerfile", "FROM scratch\nCOPY . /app\n"),
    "a build argument": () => ({ buildArgs: { BASE: "debian:12" } }),
    "a named context": () => ({ buildContexts: { libtensorflow: { tool: "tfjs-node" } } }),
    "which Dockerfile is used": () => {
      write("other.Dockerfile", "FROM scratch\n");
      return { dockerfile: "other.Dockerfile" };
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`changes with ${what}`, () => {
      const before = hash();
      expect(hash(change() ?? {})).to.not.equal(before);
    });
  }

  it("changes with a link's target and not with what it leads to", () => {
    symlinkSync("main.ts", join(folder, "src/link.ts"));
    write(".dockerignore", "src/main.ts\n");
    const before = hash();
    write("src/main.ts", "changed");
    expect(hash()).to.equal(before);
    rmSync(join(folder, "src/link.ts"));
    symlinkSync("elsewhere.ts", join(folder, "src/link.ts"));
    expect(hash()).to.not.equal(before);
  });

  it("changes with the content of a named context's folder", () => {
    const other = mkdtempSync(join(tmpdir(), "named-"));
    try {
      const source = { buildContexts: { data: { path: other } } };
      writeFileSync(join(other, "a"), "1");
      const before = hash(source);
      expect(hash(source)).to.equal(before);
      writeFileSync(join(other, "a"), "2");
      expect(hash(source)).to.not.equal(before);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it("does not depend on where the folder is", () => {
    const twin = mkdtempSync(join(tmpdir(), "twin-"));
    try {
      for (const [path, text] of [
        ["Dockerfile", "ARG BASE=node:22-bookworm-slim\nFROM ${BASE}\nCOPY . /app\n"],
        ["src/main.ts", "export {};\n"],
      ] as const) {
        mkdirSync(dirname(join(twin, path)), { recursive: true });
        writeFileSync(join(twin, path), text);
      }
      expect(hash({ context: twin })).to.equal(hash());
    } finally {
      rmSync(twin, { recursive: true });
    }
  });

  it("is refused in one sentence when a file is missing", () => {
    expect(() => hash({ context: "trainer" })).to.throw('The build context "trainer" must be an absolute path.');
    expect(() => hash({ context: join(folder, "none") })).to.throw("is not a folder; name the folder");
    expect(() => hash({ dockerfile: "Dockerfle" })).to.throw("There is no Dockerfile at");
  });
});
