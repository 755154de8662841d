import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { App } from "./app";
import { readFiles } from "./files";
import { Metrics } from "./metrics";
import { Predictor } from "./predictor";
import { readSettings } from "./settings";
import { Watcher } from "./watcher";

async function main(): Promise<void> {
  const settings = readSettings(process.env, join(__dirname, "public"));
  const metrics = new Metrics();
  const predictor = new Predictor({
    url: settings.predictorUrl,
    modelName: settings.modelName,
    timeout: settings.predictTimeout,
    onRetry: () => {
      metrics.countRetry();
    },
  });
  const watcher = new Watcher(predictor, settings.modelName);
  const app = new App({ files: readFiles(settings.publicDir), predictor, watcher, metrics });
  void watcher.refresh();

  app.server.listen(settings.port, settings.host);
  await once(app.server, "listening");
  const { port } = app.server.address() as AddressInfo;
  process.stdout.write(`The page is on port ${String(port)}; its predictor is ${settings.predictorUrl}.\n`);

  await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  process.stdout.write("Draining.\n");
  watcher.stop();
  await app.drain(settings.drainTimeout);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
