import type { EpochMs } from '@tianyan/kernel';
import type { Readable } from 'node:stream';

/** A content that is to be put; opened once for each attempt. */
export interface BlobContent {
  sizeBytes: number;
  open(): Readable;
}

/**
 * Where contents lie, each under the SHA-256 of itself. Adapters pass one suite (`conformance.ts`). What fails for now throws RetriableError, or
 * what the file system says of a full disk.
 */
export interface BlobStore {
  /** Where it lies, for people who run the platform; without any secret. */
  readonly place: string;
  /** Whole and lasting when it returns, or nothing: a content that is there already is put anew, which mends a spoilt one. */
  put(sha256: string, content: BlobContent): Promise<void>;
  /** Null: there is none. What is read may be spoilt: whoever shows it checks it. */
  open(sha256: string): Promise<Readable | null>;
  /** Nothing happens where there is none. */
  remove(sha256: string): Promise<void>;
  /** What a process that was killed has left of contents that it was putting, and not touched since; says how many. */
  removeUnfinished(beforeMs: EpochMs): Promise<number>;
}

const NAME = /^[0-9a-f]{64}$/;

/** Names become paths and keys. Throws Error for what is no SHA-256. */
export function assertBlobName(sha256: string): void {
  if (!NAME.test(sha256)) throw new Error(`no SHA-256: ${sha256.slice(0, 80)}`);
}
