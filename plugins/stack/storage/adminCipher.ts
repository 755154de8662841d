/**
 * How MinIO's administration protocol wraps secrets: a key derived from the administrator's secret key by Argon2id, and
 * AES-256-GCM in the format of secure-io/sio (https://github.com/secure-io/sio-go), of which one fragment is enough here.
 */
import { createCipheriv, randomBytes } from "node:crypto";
import { argon2id } from "@noble/hashes/argon2.js";

const aes256Gcm = 0x00;
const lastFragment = 0x80;
const tagLength = 16;
const fragmentLength = 1 << 14;

/**
 * Encrypts what an administrator sends.
 *
 * @param password The administrator's secret key.
 * @param data At most 16 KiB.
 * @returns salt (32 bytes), cipher (1), nonce (8), encrypted data and its tag.
 */
export function encryptForAdmin(password: string, data: Uint8Array): Buffer {
  if (data.length > fragmentLength) throw new RangeError(`${data.length} bytes are more than one fragment holds.`);
  const salt = randomBytes(32);
  const nonce = randomBytes(8);
  const key = argon2id(password, salt, { t: 1, m: 64 * 1024, p: 4, dkLen: 32 });
  // The first number of the nonce's count seals the (empty) associated data; its tag is bound to every fragment.
  const head = seal(key, nonce, 0, Buffer.alloc(0), Buffer.alloc(0));
  const associated = Buffer.concat([Buffer.from([lastFragment]), head.subarray(0, tagLength)]);
  return Buffer.concat([salt, Buffer.from([aes256Gcm]), nonce, seal(key, nonce, 1, data, associated)]);
}

function seal(key: Uint8Array, prefix: Buffer, count: number, data: Uint8Array, associated: Buffer): Buffer {
  const nonce = Buffer.alloc(12);
  prefix.copy(nonce);
  nonce.writeUInt32LE(count, 8);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(associated);
  return Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]);
}
