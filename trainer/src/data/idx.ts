import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { CLASSES, type Dataset, type Examples, IMAGE_SIZE } from "./dataset";
import { fileIn, IDX_FILES } from "../config/train";

/** The data set is not what it should be; running again does not help. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
}

const IMAGES_MAGIC = 0x803;
const LABELS_MAGIC = 0x801;

/**
 * Reads the four IDX files of a full data set, each verified against its checksum before anything is made of it.
 * @param folder where they are, for messages and the data set's name.
 * @param sha256 checksum by file name, of the files as stored; a name that ends in .gz is unpacked.
 * @param read reads one file of the folder by its name.
 * @throws DatasetError naming the file and what is wrong with it.
 */
export async function idxDigits(
  folder: string,
  sha256: Record<string, string>,
  read: (name: string) => Promise<Buffer>,
): Promise<Dataset> {
  const total = createHash("sha256");
  const parts: Buffer[] = [];
  for (const file of IDX_FILES) {
    const name = fileIn(sha256, file) ?? file;
    const stored = await read(name);
    const digest = createHash("sha256").update(stored).digest("hex");
    if (digest !== sha256[name])
      throw new DatasetError(
        `${folder}/${name} has SHA-256 ${digest}, not ${sha256[name]}: it is not the file that was meant, or it is damaged.`,
      );
    total.update(digest);
    parts.push(name.endsWith(".gz") ? unpack(stored, `${folder}/${name}`) : stored);
  }
  const [trainImages, trainLabels, testImages, testLabels] = parts as [Buffer, Buffer, Buffer, Buffer];
  return {
    name: folder,
    train: examples(trainImages, trainLabels, `${folder}/train`),
    heldOut: examples(testImages, testLabels, `${folder}/t10k`),
    sha256: total.digest("hex"),
  };
}

function unpack(bytes: Buffer, name: string): Buffer {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new DatasetError(`${name} cannot be unpacked: ${(error as Error).message}.`);
  }
}

function examples(images: Buffer, labels: Buffer, name: string): Examples {
  const count = labels.length >= 8 ? labels.readUInt32BE(4) : -1;
  const headers = images.length >= 16 ? [0, 4, 8, 12].map((at) => images.readUInt32BE(at)) : [];
  if (count < 1 || labels.readUInt32BE(0) !== LABELS_MAGIC || labels.length !== 8 + count)
    throw new DatasetError(`${name}-labels-idx1-ubyte is not an IDX file of labels.`);
  if (headers.join() !== [IMAGES_MAGIC, count, 28, 28].join() || images.length !== 16 + count * IMAGE_SIZE)
    throw new DatasetError(`${name}-images-idx3-ubyte is not an IDX file of ${count} images of 28x28.`);
  const classes = Int32Array.from(labels.subarray(8));
  const stray = classes.find((label) => label >= CLASSES);
  if (stray !== undefined) throw new DatasetError(`${name}-labels-idx1-ubyte holds the label ${stray}, not a digit.`);
  return { images: Float32Array.from(images.subarray(16), (level) => level / 255), labels: classes };
}
