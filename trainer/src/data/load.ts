import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { TrainConfig } from "../config/train";
import { ObjectStore } from "../store/objectStore";
import type { Dataset } from "./dataset";
import { embeddedDigits } from "./embedded";
import { DatasetError, idxDigits } from "./idx";

const DOWNLOAD_MS = 300_000;

/** Reads the data set that the configuration names. */
export async function loadDataset({ dataset, store }: TrainConfig): Promise<Dataset> {
  if (dataset === "embedded") return embeddedDigits();
  const { folder, sha256 } = dataset;
  return idxDigits(folder, sha256, reader(folder, store));
}

function reader(folder: string, store: TrainConfig["store"]): (name: string) => Promise<Buffer> {
  const s3 = /^s3:\/\/([^/]+)\/(.+)$/.exec(folder);
  if (s3) {
    const [, bucket = "", prefix = ""] = s3;
    const objects = new ObjectStore(store);
    return async (name) => {
      const bytes = await objects.get(`${prefix}/${name}`, bucket);
      if (!bytes) throw new DatasetError(`There is no ${folder}/${name}: upload it, or correct DATASET.`);
      return bytes;
    };
  }
  if (folder.startsWith("file:")) return (name) => readFile(fileURLToPath(`${folder}/${name}`));
  return async (name) => {
    const response = await fetch(`${folder}/${name}`, { signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (!response.ok)
      throw new DatasetError(`${folder}/${name} was answered with ${response.status}: correct DATASET.`);
    return Buffer.from(await response.arrayBuffer());
  };
}
