import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** What GCM is made for: other lengths are hashed first. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A key of its own for one purpose, so that what serves one opens nothing of another. */
export function derivedKey(secret: string, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', label, KEY_BYTES));
}

/** Keeps small secrets where others can read: whoever has a copy of the database alone opens none of them. */
export class Seal {
  private readonly key: Buffer;

  /**
   * @param secret the installation's own, the same in every process
   * @param label of the purpose; another one opens nothing that was sealed before
   */
  constructor(secret: string, label: string) {
    this.key = derivedKey(secret, label);
  }

  /** @param of what it is and whose, e.g. `totp/u-17`: it opens for nothing else */
  seal(text: string, of: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(of));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Null for what this key has not sealed for `of`: altered, cut, another's, or sealed with another key. */
  open(sealed: string, of: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv(CIPHER, this.key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(of))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const opened = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([opened, decipher.final()]).toString('utf8');
    } catch {
      // The only thing `final` throws for: the tag does not fit.
      return null;
    }
  }
}
