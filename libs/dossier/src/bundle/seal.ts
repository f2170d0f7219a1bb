import { RefusedError } from '@tianyan/kernel';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** Only the account that runs the program may read it. */
const OWNER_ONLY = 0o600;

/** Signs the manifest by the key of the platform (Ed25519). Whoever holds the key can make dossiers that pass for the platform's. */
export interface SealKey {
  /** PEM; may be handed to anybody. */
  publicKey: string;
  /** To be compared by eye, as the console and `verify-dossier` show it. */
  fingerprint: string;
  sign(manifest: Buffer): Buffer;
}

/**
 * The key in this file, which is made where there is none. It is never made again silently once it is there: dossiers that were handed over
 * are verified by it.
 */
export function keptSealKey(file: string): SealKey {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    const { privateKey } = generateKeyPairSync('ed25519');
    keepNew(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
  return sealKeyOf(readPrivateKey(file));
}

/** How a private Ed25519 key of 32 bytes begins in PKCS #8 (RFC 8410). */
const PKCS8_START = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The same key in every process that has the secret, and in no other: where processes share no folder that lasts. */
export function sealKeyOfSecret(secret: string): SealKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'tianyan dossier seal', 32));
  return sealKeyOf(createPrivateKey({ key: Buffer.concat([PKCS8_START, seed]), format: 'der', type: 'pkcs8' }));
}

/** Of two processes that make it at once, one does. */
function keepNew(file: string, pem: string | Buffer): void {
  try {
    writeFileSync(file, pem, { mode: OWNER_ONLY, flag: 'wx' });
  } catch (error) {
    if (!existsSync(file)) throw error;
  }
}

/** A key that nobody keeps, for tests. */
export function freshSealKey(): SealKey {
  return sealKeyOf(generateKeyPairSync('ed25519').privateKey);
}

function sealKeyOf(privateKey: KeyObject): SealKey {
  const publicKey = createPublicKey(privateKey);
  return {
    publicKey: pemOf(publicKey),
    fingerprint: fingerprintOf(publicKey),
    sign: (manifest) => sign(null, manifest, privateKey),
  };
}

function readPrivateKey(file: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(file));
  } catch (error) {
    throw new Error(`the key of the seal in ${file} cannot be read`, { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`the key of the seal in ${file} is not an Ed25519 key`);
  return key;
}

const sealSchema = z.strictObject({ algorithm: z.literal('Ed25519'), publicKey: z.string(), signature: z.string() });

export function sealBytes(manifest: Buffer, key: SealKey): Buffer {
  return sealText({ algorithm: 'Ed25519', publicKey: key.publicKey, signature: key.sign(manifest).toString('base64') });
}

function sealText({ algorithm, publicKey, signature }: z.infer<typeof sealSchema>): Buffer {
  return Buffer.from(`${JSON.stringify({ algorithm, publicKey, signature }, null, 2)}\n`);
}

export type CheckedSeal = { holds: true; fingerprint: string } | { holds: false; broken: 'seal' | 'manifest' };

/**
 * Whether the seal is one, and fits the manifest. It has to be written exactly as it would be written again: the same signature can be spelt in
 * several ways, and a seal that somebody touched must not pass.
 */
export function checkSeal(seal: Buffer, manifest: Buffer): CheckedSeal {
  const read = readSeal(seal);
  if (!read) return { holds: false, broken: 'seal' };
  if (!verify(null, manifest, read.key, read.signature)) return { holds: false, broken: 'manifest' };
  return { holds: true, fingerprint: fingerprintOf(read.key) };
}

function readSeal(bytes: Buffer): { key: KeyObject; signature: Buffer } | null {
  const parsed = sealSchema.safeParse(parseJson(bytes));
  if (!parsed.success || !sealText(parsed.data).equals(bytes)) return null;
  const key = publicKeyOf(parsed.data.publicKey);
  const signature = Buffer.from(parsed.data.signature, 'base64');
  if (!key || pemOf(key) !== parsed.data.publicKey || signature.toString('base64') !== parsed.data.signature) return null;
  return { key, signature };
}

/** Null for what is no public Ed25519 key. */
function publicKeyOf(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

/** Null for what is no JSON: no schema takes it. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

/** The fingerprint of the key in a file that the county keeps apart from its dossiers. Throws RefusedError('invalid'). */
export function fingerprintOfPem(pem: string): string {
  const key = publicKeyOf(pem);
  if (!key) throw new RefusedError('invalid', '公钥文件不是 Ed25519 公钥（PEM）。请用控制台“线索”页上下载或抄下的卷宗公钥。');
  return fingerprintOf(key);
}

const BYTES_SHOWN = 16;

function fingerprintOf(key: KeyObject): string {
  const digest = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return (digest.slice(0, 2 * BYTES_SHOWN).match(/.{4}/g) ?? []).join('-');
}

function pemOf(key: KeyObject): string {
  // The format is named, so it is text; the type of the function is of all formats.
  return String(key.export({ type: 'spki', format: 'pem' }));
}
