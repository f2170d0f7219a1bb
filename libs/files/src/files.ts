import { DAY_MS, RefusedError, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { MAX_DAY_BYTES, MAX_DAY_FILES, MAX_SUBJECT_BYTES, MAX_SUBJECT_FILES, sizeText, type FileType } from './api/index.js';
import type { BlobContent, BlobStore } from './blob-store.js';
import { contentFault } from './content-fault.js';
import { FILE_COLUMNS, fileSchema, type FileFault, type FileSubject, type KeptFile } from './file-rows.js';
import { fileContent } from './folder-blobs.js';
import { inspectFile, type ArrivedFile } from './inspection.js';

/** A content that lies in the store, and is of no subject yet. */
export interface StoredContent {
  name: string;
  type: FileType;
  sizeBytes: number;
  sha256: string;
  thumbnailSha256: string | null;
}

/** Who hands a file in, and from where. */
export interface Uploader {
  id: string;
  account: string;
  address: string | null;
}

const usedSchema = z.object({ files: z.int(), bytes: z.int() });
const ownedFileSchema = z
  .object({ subject_id: z.string() })
  .loose()
  .transform((row) => ({ subjectId: row.subject_id, file: fileSchema.parse(row) }));
const NO_FILE = '没有这个附件，请刷新页面。';

/**
 * Files of subjects that others own. The owner first asks `store`, outside of any transaction; then `record` in the transaction in which it
 * decides whether the person may add one, with the subject under lock. Reading goes the same way: the owner says whether the subject is
 * within reach before it asks for files of it.
 */
export class Files {
  constructor(private readonly parts: { pool: Pool; blobs: BlobStore; countyClock: Clock; machineClock: Clock }) {}

  /** Looks what a file is, and puts its content into the store. Throws RefusedError: see `inspectFile`. */
  async store(arrived: ArrivedFile): Promise<StoredContent> {
    const { path, thumbnail, ...found } = await inspectFile(arrived);
    await this.put(found.sha256, fileContent(path, found.sizeBytes));
    if (thumbnail === null) return { ...found, thumbnailSha256: null };
    const thumbnailSha256 = hash('sha256', thumbnail, 'hex');
    await this.put(thumbnailSha256, { sizeBytes: thumbnail.length, open: () => Readable.from([thumbnail]) });
    return { ...found, thumbnailSha256 };
  }

  /**
   * Makes a stored content a file of the subject, which the caller has locked. What was sent before under the same id is stored once.
   * Throws RefusedError: `conflict` for an id that is another file's; `too-many` over a limit.
   */
  async record(
    client: ClientBase,
    subject: FileSubject,
    { id, content, by }: { id: string; content: StoredContent; by: Uploader },
  ): Promise<{ file: KeptFile; repeated: boolean }> {
    const nowMs = this.parts.countyClock.nowMs();
    // Two files of one person at once count one after the other.
    await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended('file-uploader/' || $1, 0))`, [by.id]);
    const before = await maybeRow(
      client,
      fileSchema,
      `SELECT ${FILE_COLUMNS} FROM file f JOIN file_blob b USING (sha256) WHERE f.id = $1 AND f.subject_kind = $2 AND f.subject_id = $3 AND f.uploader_id = $4`,
      [id, subject.kind, subject.id, by.id],
    );
    if (before) {
      if (before.sha256 === content.sha256) return { file: before, repeated: true };
      throw new RefusedError('conflict', '同一次上传送来了不同的内容，请重新选择文件上传。');
    }
    await this.assertRoom(client, subject, { by, sizeBytes: content.sizeBytes, nowMs });
    const stored = await execute(
      client,
      `INSERT INTO file (id, subject_kind, subject_id, name, type, size_bytes, sha256, thumbnail_sha256, uploader_id, uploader_account, address, at_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING`,
      [
        id,
        subject.kind,
        subject.id,
        content.name,
        content.type,
        content.sizeBytes,
        content.sha256,
        content.thumbnailSha256,
        by.id,
        by.account,
        by.address,
        nowMs,
      ],
    );
    // Of a subject that the person may not know of: nothing is told of it.
    if (stored === 0) throw new RefusedError('conflict', '这次上传的编号已被占用，请重新选择文件上传。');
    return { file: await this.of(client, subject, id), repeated: false };
  }

  /** Withdraws a file: its content stays for the record. Throws RefusedError: `not-found`, `conflict` for one that is withdrawn. */
  async withdraw(
    client: ClientBase,
    subject: FileSubject,
    { id, by, reason }: { id: string; by: { account: string }; reason: string },
  ): Promise<KeptFile> {
    const file = await this.of(client, subject, id);
    if (file.withdrawn !== null) throw new RefusedError('conflict', '这个附件已经撤回，请刷新页面。');
    const sql = 'UPDATE file SET withdrawn_at_ms = $2, withdrawn_by = $3, withdrawal_reason = $4 WHERE id = $1';
    await execute(client, sql, [id, this.parts.countyClock.nowMs(), by.account, reason]);
    return file;
  }

  /** Oldest first, withdrawn ones too. */
  async list({ kind, id }: FileSubject): Promise<readonly KeptFile[]> {
    return rows(
      this.parts.pool,
      fileSchema,
      `SELECT ${FILE_COLUMNS} FROM file f JOIN file_blob b USING (sha256) WHERE f.subject_kind = $1 AND f.subject_id = $2 ORDER BY f.at_ms, f.id`,
      [kind, id],
    );
  }

  /** Of many subjects of one kind, by subject; of one in the order of {@link list}. */
  async listOf(kind: FileSubject['kind'], ids: readonly string[]): Promise<ReadonlyMap<string, readonly KeptFile[]>> {
    const found = await rows(
      this.parts.pool,
      ownedFileSchema,
      `SELECT ${FILE_COLUMNS}, f.subject_id FROM file f JOIN file_blob b USING (sha256) WHERE f.subject_kind = $1 AND f.subject_id = ANY($2::text[])
       ORDER BY f.at_ms, f.id`,
      [kind, ids],
    );
    const bySubject = new Map<string, KeptFile[]>();
    for (const { subjectId, file } of found) bySubject.set(subjectId, [...(bySubject.get(subjectId) ?? []), file]);
    return bySubject;
  }

  /** Throws RefusedError('not-found'). */
  async get(subject: FileSubject, id: string): Promise<KeptFile> {
    return this.of(this.parts.pool, subject, id);
  }

  /** Throws RefusedError('not-found') where the store has lost it. */
  async open(sha256: string): Promise<Readable> {
    const content = await this.parts.blobs.open(sha256);
    if (content === null) throw new RefusedError('not-found', '附件的内容在存储里找不到了，请联系管理员从备份恢复。');
    return content;
  }

  /** Reads the content to its end. */
  async fault(sha256: string): Promise<FileFault | null> {
    return contentFault(this.parts.blobs, sha256);
  }

  private async of(db: Pool | ClientBase, subject: FileSubject, id: string): Promise<KeptFile> {
    const file = await maybeRow(
      db,
      fileSchema,
      `SELECT ${FILE_COLUMNS} FROM file f JOIN file_blob b USING (sha256) WHERE f.id = $1 AND f.subject_kind = $2 AND f.subject_id = $3`,
      [id, subject.kind, subject.id],
    );
    if (!file) throw new RefusedError('not-found', NO_FILE);
    return file;
  }

  /** Noted before it is put: what never becomes a file is found again, and removed when it is old. See {@link FileCheck}. */
  private async put(sha256: string, content: BlobContent): Promise<void> {
    await execute(
      this.parts.pool,
      `INSERT INTO file_blob (sha256, size_bytes, last_put_ms) VALUES ($1, $2, $3)
       ON CONFLICT (sha256) DO UPDATE SET last_put_ms = greatest(file_blob.last_put_ms, excluded.last_put_ms), fault = NULL, checked_at_ms = NULL`,
      [sha256, content.sizeBytes, this.parts.machineClock.nowMs()],
    );
    await this.parts.blobs.put(sha256, content);
  }

  private async assertRoom(
    client: ClientBase,
    { kind, id }: FileSubject,
    { by, sizeBytes, nowMs }: { by: Uploader; sizeBytes: number; nowMs: EpochMs },
  ): Promise<void> {
    const sum = 'SELECT count(*)::int AS files, coalesce(sum(size_bytes), 0)::bigint AS bytes FROM file';
    const ofSubject = await row(client, usedSchema, `${sum} WHERE subject_kind = $1 AND subject_id = $2`, [kind, id]);
    if (ofSubject.files >= MAX_SUBJECT_FILES)
      throw new RefusedError('too-many', `这里最多 ${MAX_SUBJECT_FILES} 个附件，已经满了。`);
    if (ofSubject.bytes + sizeBytes > MAX_SUBJECT_BYTES)
      throw new RefusedError('too-many', `这里的附件合计最多 ${sizeText(MAX_SUBJECT_BYTES)}，放不下这个文件。`);
    const ofDay = await row(client, usedSchema, `${sum} WHERE uploader_id = $1 AND at_ms > $2`, [by.id, nowMs - DAY_MS]);
    if (ofDay.files >= MAX_DAY_FILES || ofDay.bytes + sizeBytes > MAX_DAY_BYTES)
      throw new RefusedError(
        'too-many',
        `一天最多上传 ${MAX_DAY_FILES} 个附件、合计 ${sizeText(MAX_DAY_BYTES)}，您今天已到上限，请明天再传。`,
      );
  }
}
