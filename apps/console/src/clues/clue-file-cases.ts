import { Reach, type Actor, type AuditLog } from '@tianyan/access';
import { clueSubject, type ClueFiles, type ClueQueries, type FileTaker } from '@tianyan/cases';
import { FILE_TYPE_RULES, type Files, type KeptFile } from '@tianyan/files';
import { RefusedError } from '@tianyan/kernel';
import type { ClueDetail, WithdrawClueFileRequest } from '../api/index.js';
import type { SentFile } from '../http/sent-file.js';
import type { ClueCases } from './clue-cases.js';
import { stepRecord } from './step-record.js';

/** What a signed-in person can do with the files of a clue: what may be done with the clue itself decides. */
export class ClueFileCases {
  constructor(
    private readonly parts: { clueFiles: ClueFiles; files: Files; queries: ClueQueries; clues: ClueCases; audit: AuditLog },
  ) {}

  async upload(
    actor: Actor,
    clueId: string,
    { fileId, arrived }: { fileId: string; arrived: { path: string; name: string } | null },
  ): Promise<ClueDetail> {
    const { clueFiles, files, audit } = this.parts;
    await clueFiles.assertMayAttach(Reach.of(actor), takerOf(actor), { clueId, fileId });
    if (arrived === null) throw new RefusedError('invalid', '请选择要上传的文件');
    const content = await files.store(arrived);
    const record = stepRecord(audit, actor, 'attach-clue-file', null);
    await clueFiles.attach(Reach.of(actor), takerOf(actor), { clueId, fileId, content }, record);
    return this.parts.clues.get(actor, clueId);
  }

  /** Each is on record before it is sent. */
  async download(actor: Actor, clueId: string, fileId: string): Promise<SentFile> {
    const file = await this.find(actor, clueId, fileId);
    if (file.fault === 'altered')
      throw new RefusedError('conflict', '附件的内容与上传时不一致，不能当作证据查看。请联系管理员从备份恢复。');
    const content = await this.parts.files.open(file.sha256);
    await this.parts.audit.record(actor, {
      action: 'download-clue-file',
      object: `clue/${clueId}/file/${fileId}@${file.sha256}`,
    });
    return { name: file.name, mediaType: FILE_TYPE_RULES[file.type].mediaType, sizeBytes: file.sizeBytes, content };
  }

  async thumbnail(actor: Actor, clueId: string, fileId: string): Promise<SentFile> {
    const { thumbnailSha256 } = await this.find(actor, clueId, fileId);
    if (thumbnailSha256 === null) throw new RefusedError('not-found', '这个附件没有缩略图。');
    const content = await this.parts.files.open(thumbnailSha256);
    return { name: '缩略图.webp', mediaType: 'image/webp', sizeBytes: null, content };
  }

  async withdraw(
    actor: Actor,
    { clueId, fileId }: { clueId: string; fileId: string },
    { reason }: WithdrawClueFileRequest,
  ): Promise<ClueDetail> {
    const { clueFiles, audit } = this.parts;
    const record = stepRecord(audit, actor, 'withdraw-clue-file', reason);
    await clueFiles.withdraw(Reach.of(actor), takerOf(actor), { clueId, fileId, reason }, record);
    return this.parts.clues.get(actor, clueId);
  }

  /** Out of reach, and not there, are answered alike. */
  private async find(actor: Actor, clueId: string, fileId: string): Promise<KeptFile> {
    const clue = await this.parts.queries.get(Reach.of(actor), clueId);
    if (!clue) throw new RefusedError('not-found', '没有这条线索，可能链接有误，请回到列表重新打开。');
    return this.parts.files.get(clueSubject(clueId), fileId);
  }
}

function takerOf({ user, address }: Actor): FileTaker {
  return { id: user.id, account: user.account, role: user.role, address };
}
