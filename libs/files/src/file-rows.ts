import type { EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import { FILE_TYPES, type FileType } from './api/index.js';

/** What a file belongs to. Whoever owns the kind decides who may see and add: a clue, the answer to a letter, what is put right or improved, what was seen of an order. */
export interface FileSubject {
  kind: 'clue' | 'letter' | 'rectification' | 'improvement' | 'campaign-task';
  id: string;
}

/** As it was found when its content was last checked. */
export type FileFault = 'missing' | 'altered';

export interface KeptFile {
  id: string;
  name: string;
  type: FileType;
  sizeBytes: number;
  sha256: string;
  thumbnailSha256: string | null;
  uploaderId: string;
  uploaderAccount: string;
  /** County clock. */
  atMs: EpochMs;
  withdrawn: { atMs: EpochMs; by: string; reason: string } | null;
  fault: FileFault | null;
}

/** To be read from `file f JOIN file_blob b`. */
export const FILE_COLUMNS = `f.id, f.name, f.type, f.size_bytes, f.sha256, f.thumbnail_sha256, f.uploader_id, f.uploader_account, f.at_ms,
  f.withdrawn_at_ms, f.withdrawn_by, f.withdrawal_reason, b.fault`;

export const fileSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.enum(FILE_TYPES),
    size_bytes: z.int(),
    sha256: z.string(),
    thumbnail_sha256: z.string().nullable(),
    uploader_id: z.string(),
    uploader_account: z.string(),
    at_ms: z.int(),
    withdrawn_at_ms: z.int().nullable(),
    withdrawn_by: z.string().nullable(),
    withdrawal_reason: z.string().nullable(),
    fault: z.enum(['missing', 'altered']).nullable(),
  })
  .transform((row): KeptFile => ({
    id: row.id,
    name: row.name,
    type: row.type,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    thumbnailSha256: row.thumbnail_sha256,
    uploaderId: row.uploader_id,
    uploaderAccount: row.uploader_account,
    atMs: row.at_ms,
    withdrawn:
      row.withdrawn_at_ms === null || row.withdrawn_by === null || row.withdrawal_reason === null
        ? null
        : { atMs: row.withdrawn_at_ms, by: row.withdrawn_by, reason: row.withdrawal_reason },
    fault: row.fault,
  }));
