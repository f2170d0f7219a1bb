import type { Clock, EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { RunCounts } from './source-store.js';

const FILE_STATES = ['done', 'failed'] as const;

export interface SeenFile extends RunCounts {
  source: string;
  sha256: string;
  fileName: string;
  bytes: number;
  state: (typeof FILE_STATES)[number];
  /** Chinese; why it failed, or what to know of a file that was taken. */
  error: string | null;
  finishedAtMs: EpochMs;
  /** Who uploaded or imported it; null for a drop folder. */
  actor: string | null;
  /** Digest of the mapping by which it was taken; null where that was not noted yet. */
  mappingHash: string | null;
}

const fileSchema = z
  .object({
    source: z.string(),
    sha256: z.string(),
    file_name: z.string(),
    bytes: z.int(),
    state: z.enum(FILE_STATES),
    accepted: z.int(),
    repeated: z.int(),
    refused: z.int(),
    error: z.string().nullable(),
    finished_at_ms: z.int(),
    actor: z.string().nullable(),
    mapping_hash: z.string().nullable(),
  })
  .transform((row): SeenFile => ({
    source: row.source,
    sha256: row.sha256,
    fileName: row.file_name,
    bytes: row.bytes,
    state: row.state,
    accepted: row.accepted,
    repeated: row.repeated,
    refused: row.refused,
    error: row.error,
    finishedAtMs: row.finished_at_ms,
    actor: row.actor,
    mappingHash: row.mapping_hash,
  }));

/** Most files of one listing. */
const MAX_LISTED_FILES = 200;

/** Which files have been taken, recognised by their bytes. */
export class FileStore {
  constructor(
    private readonly pool: Pool,
    private readonly machineClock: Clock,
  ) {}

  async find(source: string, sha256: string): Promise<SeenFile | null> {
    return maybeRow(this.pool, fileSchema, 'SELECT * FROM file_seen WHERE source = $1 AND sha256 = $2', [source, sha256]);
  }

  /** Newest first. */
  async list(source?: string): Promise<SeenFile[]> {
    return rows(
      this.pool,
      fileSchema,
      'SELECT * FROM file_seen WHERE $1::text IS NULL OR source = $1 ORDER BY finished_at_ms DESC LIMIT $2',
      [source ?? null, MAX_LISTED_FILES],
    );
  }

  async finished(file: Omit<SeenFile, 'finishedAtMs'>): Promise<void> {
    await execute(
      this.pool,
      `INSERT INTO file_seen (source, sha256, file_name, bytes, state, accepted, repeated, refused, error, actor, finished_at_ms, mapping_hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (source, sha256) DO UPDATE SET file_name = excluded.file_name, state = excluded.state, accepted = excluded.accepted, repeated = excluded.repeated,
         refused = excluded.refused, error = excluded.error, actor = excluded.actor, finished_at_ms = excluded.finished_at_ms,
         mapping_hash = excluded.mapping_hash`,
      [
        file.source,
        file.sha256,
        file.fileName,
        file.bytes,
        file.state,
        file.accepted,
        file.repeated,
        file.refused,
        file.error,
        file.actor,
        this.machineClock.nowMs(),
        file.mappingHash,
      ],
    );
  }

  /** Says what came of a file after it was taken: the newest of that name. */
  async amend(source: string, fileName: string, error: string): Promise<void> {
    await execute(
      this.pool,
      `UPDATE file_seen SET error = $3 WHERE (source, sha256) =
         (SELECT source, sha256 FROM file_seen WHERE source = $1 AND file_name = $2 ORDER BY finished_at_ms DESC LIMIT 1)`,
      [source, fileName, error],
    );
  }
}
