import { DAY_MS, HOUR_MS, type Clock } from '@tianyan/kernel';
import { execute, inTransaction, row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { BlobStore } from './blob-store.js';
import { contentFault } from './content-fault.js';
import type { FileFault } from './file-rows.js';

/** What is part of no file so long after it was put never will be: a client that lost its network sends again within days. */
export const ORPHAN_AGE_DAYS = 7;
/** Contents looked at in one round, and what they hold together: a round ends, and the next goes on with what was looked at longest ago. */
const MAX_CHECKED = 5_000;
const MAX_CHECKED_BYTES = 100 * 1024 ** 3;
/** A process that starts several times a day does not read everything each time. */
const CHECKED_LATELY_MS = 20 * HOUR_MS;
/** Orphans removed in one round. */
const MAX_REMOVED = 1_000;

const blobSchema = z.object({ sha256: z.string(), size_bytes: z.int(), last_put_ms: z.int() });
const countSchema = z.object({ spoilt: z.int() });
const nameSchema = z.object({ sha256: z.string() });

export interface CheckedFiles {
  checked: number;
  /** Found missing or altered in this round. */
  faults: readonly { sha256: string; fault: FileFault }[];
  removed: number;
}

const IS_ORPHAN = `b.last_put_ms < $1 AND NOT EXISTS (SELECT FROM file f WHERE f.sha256 = b.sha256)
  AND NOT EXISTS (SELECT FROM file f WHERE f.thumbnail_sha256 = b.sha256)`;

/** Holds the contents of the store against their names, and removes what belongs to nothing. */
export class FileCheck {
  constructor(private readonly parts: { pool: Pool; blobs: BlobStore; machineClock: Clock }) {}

  async run(signal?: AbortSignal): Promise<CheckedFiles> {
    const { pool, machineClock } = this.parts;
    // Longer than any upload takes, by whichever process.
    const unfinished = await this.parts.blobs.removeUnfinished(machineClock.nowMs() - DAY_MS);
    const removed = unfinished + (await this.removeOrphans());
    const due = await rows(
      pool,
      blobSchema,
      `SELECT sha256, size_bytes, last_put_ms FROM file_blob WHERE checked_at_ms IS NULL OR checked_at_ms < $1 OR fault IS NOT NULL
       ORDER BY checked_at_ms NULLS FIRST, sha256 LIMIT ${MAX_CHECKED}`,
      [machineClock.nowMs() - CHECKED_LATELY_MS],
    );
    const faults: { sha256: string; fault: FileFault }[] = [];
    let checked = 0;
    let readBytes = 0;
    for (const { sha256, size_bytes: sizeBytes, last_put_ms: lastPutMs } of due) {
      if (signal?.aborted || readBytes > MAX_CHECKED_BYTES) break;
      const fault = await contentFault(this.parts.blobs, sha256);
      // Of a content that was put anew meanwhile nothing is known.
      const sql = 'UPDATE file_blob SET fault = $2, checked_at_ms = $3 WHERE sha256 = $1 AND last_put_ms = $4';
      await execute(pool, sql, [sha256, fault, machineClock.nowMs(), lastPutMs]);
      if (fault !== null) faults.push({ sha256, fault });
      checked++;
      readBytes += sizeBytes;
    }
    return { checked, faults, removed };
  }

  /** Contents of files that were found spoilt and have not been put right. */
  async countFaults(): Promise<number> {
    return (await row(this.parts.pool, countSchema, 'SELECT count(*)::int AS spoilt FROM file_blob WHERE fault IS NOT NULL', []))
      .spoilt;
  }

  /** Under the lock of its row: who puts the same content meanwhile waits, and puts it anew. */
  private async removeOrphans(): Promise<number> {
    const { pool, blobs, machineClock } = this.parts;
    const beforeMs = machineClock.nowMs() - ORPHAN_AGE_DAYS * DAY_MS;
    const sql = `SELECT b.sha256 FROM file_blob b WHERE ${IS_ORPHAN} ORDER BY b.last_put_ms LIMIT ${MAX_REMOVED}`;
    let removed = 0;
    for (const { sha256 } of await rows(pool, nameSchema, sql, [beforeMs])) {
      removed += await inTransaction(pool, async (client) => {
        const gone = await execute(client, `DELETE FROM file_blob b WHERE ${IS_ORPHAN} AND b.sha256 = $2`, [beforeMs, sha256]);
        if (gone > 0) await blobs.remove(sha256);
        return gone;
      });
    }
    return removed;
  }
}
