import { MINUTE_MS, RetriableError, SECOND_MS, type Clock } from '@tianyan/kernel';
import { statfs } from 'node:fs/promises';

/**
 * With less than this the platform says that the disk is full, before it is: PostgreSQL takes its log in pieces of 16 MB,
 * several at a time, and ClickHouse merges by writing the merged rows beside the old ones.
 */
export const MIN_FREE_BYTES = 256 * 1024 ** 2;

/** Asked by every look at the overview and by whoever supervises the process. */
const KEPT_MS = 5 * SECOND_MS;

/** A folder whose file system does not say (some network shares) is not watched for this long. */
const RETRY_MS = 10 * MINUTE_MS;

/** How much room the data folder has left. */
export class DiskSpace {
  private known: { freeBytes: number | null; untilMs: number } | null = null;

  constructor(
    private readonly directory: string,
    private readonly clock: Clock,
  ) {}

  /** null where the file system does not say. */
  async freeBytes(): Promise<number | null> {
    const nowMs = this.clock.nowMs();
    if (this.known === null || nowMs >= this.known.untilMs) {
      const freeBytes = await statfs(this.directory).then(
        ({ bavail, bsize }) => bavail * bsize,
        () => null,
      );
      this.known = { freeBytes, untilMs: nowMs + (freeBytes === null ? RETRY_MS : KEPT_MS) };
    }
    return this.known.freeBytes;
  }

  async isLow(): Promise<boolean> {
    const freeBytes = await this.freeBytes();
    return freeBytes !== null && freeBytes < MIN_FREE_BYTES;
  }

  /** Throws RetriableError while there is too little room to work. */
  async assertRoom(): Promise<void> {
    if (await this.isLow()) throw new RetriableError(`the disk of the data folder has less than ${MIN_FREE_BYTES} bytes left`);
  }
}
