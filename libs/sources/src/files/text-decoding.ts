import type { TextEncoding } from './csv.js';
import { Transform, type TransformCallback } from 'node:stream';

/**
 * Bytes to text. Bytes that mean nothing in the encoding become replacement characters and are remembered: such a
 * character may also stand in the source itself, where an older system has lost something, and is then no mistake of ours.
 */
export class TextDecoding extends Transform {
  private readonly decoder: TextDecoder;
  private readonly strict: TextDecoder;
  private broken = false;

  constructor(encoding: TextEncoding) {
    super({ readableObjectMode: false, decodeStrings: true, encoding: 'utf8' });
    this.decoder = new TextDecoder(encoding);
    this.strict = new TextDecoder(encoding, { fatal: true });
  }

  /** From the first bad bytes on. */
  get badBytesMet(): boolean {
    return this.broken;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.check(chunk, true);
    done(null, this.decoder.decode(chunk, { stream: true }));
  }

  override _flush(done: TransformCallback): void {
    this.check(new Uint8Array(), false);
    done(null, this.decoder.decode());
  }

  private check(chunk: Uint8Array, stream: boolean): void {
    if (this.broken) return;
    try {
      this.strict.decode(chunk, { stream });
    } catch {
      // The decoder's way to say that the bytes are no text; reported with the rows concerned.
      this.broken = true;
    }
  }
}
