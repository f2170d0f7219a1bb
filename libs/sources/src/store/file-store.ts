import type { Clock, EpochMs } from '@tianyan/kernel';
import type pg from 'pg';
import type { RunCounts } from './source-store.js';

export interface SeenFile extends RunCounts {
  source: string;
  sha256: string;
  fileName: string;
  bytes: number;
  state: 'done' | 'failed';
  /** Chinese; why it failed, or what to know of a file that was taken. */
  error: string | null;
  finishedAtMs: EpochMs;
  /** Who uploaded or imported it; null for a drop folder. */
  actor: string | null;
  /** Digest of the mapping by which it was taken; null where that was not noted yet. */
  mappingHash: string | null;
}

interface FileRow {
  source: string;
  sha256: string;
  file_name: string;
  bytes: string;
  state: 'done' | 'failed';
  accepted: string;
  repeated: string;
  refused: string;
  error: string | null;
  finished_at_ms: string;
  actor: string | null;
  mapping_hash: string | null;
}

/** Most files of one listing. */
const MAX_LISTED_FILES = 200;

/** Which files have been taken, recognised by their bytes. */
export class FileStore {
  constructor(
    private readonly pool: pg.Pool,
    private readonly machineClock: Clock,
  ) {}

  async find(source: string, sha256: string): Promise<SeenFile | null> {
    const { rows } = await this.pool.query<FileRow>('SELECT * FROM file_seen WHERE source = $1 AND sha256 = $2', [
      source,
      sha256,
    ]);
    return rows[0] ? toSeenFile(rows[0]) : null;
  }

  /** Newest first. */
  async list(source?: string): Promise<SeenFile[]> {
    const { rows } = await this.pool.query<FileRow>(
      'SELECT * FROM file_seen WHERE $1::text IS NULL OR source = $1 ORDER BY finished_at_ms DESC LIMIT $2',
      [source ?? null, MAX_LISTED_FILES],
    );
    return rows.map(toSeenFile);
  }

  async finished(file: Omit<SeenFile, 'finishedAtMs'>): Promise<void> {
    await this.pool.query(
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
    await this.pool.query(
      `UPDATE file_seen SET error = $3 WHERE (source, sha256) =
         (SELECT source, sha256 FROM file_seen WHERE source = $1 AND file_name = $2 ORDER BY finished_at_ms DESC LIMIT 1)`,
      [source, fileName, error],
    );
  }
}

function toSeenFile(row: FileRow): SeenFile {
  return {
    source: row.source,
    sha256: row.sha256,
    fileName: row.file_name,
    bytes: Number(row.bytes),
    state: row.state,
    accepted: Number(row.accepted),
    repeated: Number(row.repeated),
    refused: Number(row.refused),
    error: row.error,
    finishedAtMs: Number(row.finished_at_ms),
    actor: row.actor,
    mappingHash: row.mapping_hash,
  };
}
