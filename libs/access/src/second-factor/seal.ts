import { derivedKey, Seal as KeyedSeal } from '@tianyan/kernel';
import { createHmac } from 'node:crypto';

/**
 * Keeps what second factors need in the database under keys that are not there: whoever reads a copy of the database can neither make codes nor
 * try recovery codes.
 */
export class Seal extends KeyedSeal {
  private readonly digestKey: Buffer;

  /** @param secret at least 32 random characters; the same in every process */
  constructor(secret: string) {
    super(secret, 'tianyan second factor: seal');
    this.digestKey = derivedKey(secret, 'tianyan second factor: digest');
  }

  digest(text: string, of: string): string {
    return createHmac('sha256', this.digestKey).update(`${of}\n${text}`).digest('base64url');
  }
}
