import { maskReason, type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import { RefusedError } from '@tianyan/kernel';
import { rm } from 'node:fs/promises';
import type { MappingList, UploadRequest, UploadResult } from '../api/index.js';
import type { AskedConnector } from '../tokens.js';

/** A file that has arrived, in a temporary place. */
export interface ArrivedFile {
  path: string;
  fileName: string;
}

/** Files that people bring in by hand. */
export class UploadCases {
  constructor(private readonly parts: { uploads: AskedConnector['uploads']; catalogue: Catalogue; audit: AuditLog }) {}

  async mappings(): Promise<MappingList> {
    const mappings = await this.parts.uploads.mappings();
    return {
      items: mappings.map(({ id, label, type, isList }) => ({
        id,
        label,
        isList,
        typeLabel: this.parts.catalogue.find(type)?.label ?? type,
      })),
    };
  }

  /** Administrators only: a file becomes records on which people are judged. The temporary file is removed whatever happens. */
  async upload(actor: Actor, file: ArrivedFile | null, request: UploadRequest): Promise<UploadResult> {
    try {
      if (file === null) throw new RefusedError('invalid', '请选择要上传的文件');
      const mapping = mappingOf(request);
      const object = `${request.wholeList === 'true' ? '完整名单 ' : ''}${file.fileName}`.slice(0, 200);
      await this.parts.audit.record(actor, { action: 'upload-file', object });
      const { accepted, repeated, refused, reasons, notes, unreadSheets, remarks, held } = await this.parts.uploads.upload({
        ...file,
        mapping,
        actor: actor.user.account,
        isWholeList: request.wholeList === 'true',
      });
      const masked = (entries: typeof reasons) => entries.map(({ reason, count }) => ({ reason: maskReason(reason), count }));
      return {
        fileName: file.fileName,
        accepted,
        repeated,
        quarantined: refused,
        reasons: masked(reasons),
        notes: masked(notes),
        unreadSheets: unreadSheets.map(({ name, hidden }) => ({ name: maskReason(name), hidden })),
        remarks: remarks.map(({ text }) => maskReason(text)),
        held,
      };
    } finally {
      if (file !== null) await rm(file.path, { force: true });
    }
  }
}

function mappingOf(request: UploadRequest): { id: string } | { text: string } {
  if (request.mapping !== undefined) return { id: request.mapping };
  if (request.mappingText !== undefined) return { text: request.mappingText };
  throw new RefusedError('invalid', '请选择字段对应方案，或粘贴一份');
}
