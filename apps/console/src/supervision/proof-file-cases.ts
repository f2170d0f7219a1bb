import { Reach, UnitReach, type Action, type Actor, type AuditLog } from '@tianyan/access';
import { FILE_TYPE_RULES, type Files, type FileSubject, type KeptFile } from '@tianyan/files';
import { RefusedError } from '@tianyan/kernel';
import type { Proof, ProofFiles, StepRecord } from '@tianyan/supervision';
import type { ProofFiles as ShownProofFiles, ProofKind } from '../api/index.js';
import type { SentFile } from '../http/sent-file.js';
import { permitted } from './step-permit.js';
import { stepObject } from './step-record.js';

/** Who asks: the commission's people by their reach, liaisons by their units. Each side asks apart. */
export type ProofSide = 'office' | 'unit';

/** What can be proved by files: where its proof stands, and who may see it. */
export interface ProofShelf {
  /** What the audit log calls it. */
  noun: string;
  actions: readonly [Action, ...Action[]];
  /** `forId`: in whose place; named of what is delegable alone. */
  proof: (reach: Reach, by: Proof['by'], id: string, forId?: string) => Proof;
  /** Whether files are handed in by deputies too (代理). */
  isDelegable?: true;
  proofOfUnit: (units: UnitReach, by: Proof['by'], id: string) => Proof;
  subject: (id: string) => FileSubject;
  /** As its page shows them. Throws RefusedError('not-found'), also for what is out of reach. */
  shown: (actor: Actor, side: ProofSide, id: string) => Promise<ShownProofFiles>;
}

interface Asked {
  kind: ProofKind;
  id: string;
  /** In whose place; missing: in nobody's. */
  forId?: string | undefined;
}

/** Files by which units prove what they report: handed in by the unit, read by whoever reads what they prove. */
export class ProofFileCases {
  constructor(
    private readonly parts: {
      shelves: Readonly<Record<ProofKind, ProofShelf>>;
      proofFiles: ProofFiles;
      files: Files;
      audit: AuditLog;
    },
  ) {}

  async upload(
    actor: Actor,
    side: ProofSide,
    asked: Asked & { fileId: string; arrived: { path: string; name: string } | null },
  ): Promise<ShownProofFiles> {
    const { proofFiles, files } = this.parts;
    const { arrived, fileId } = asked;
    return this.permitted(actor, side, asked, async (shelf, proof) => {
      await proofFiles.assertMayAttach(proof, fileId);
      if (arrived === null) throw new RefusedError('invalid', '请选择要上传的文件');
      const content = await files.store(arrived);
      await proofFiles.attach(proof, { fileId, content }, this.record(actor, 'attach-proof-file', { shelf }));
    });
  }

  async withdraw(
    actor: Actor,
    side: ProofSide,
    { fileId, reason, ...asked }: Asked & { fileId: string; reason: string },
  ): Promise<ShownProofFiles> {
    return this.permitted(actor, side, asked, async (shelf, proof) => {
      const record = this.record(actor, 'withdraw-proof-file', { shelf, reason });
      await this.parts.proofFiles.withdraw(proof, { fileId, reason }, record);
    });
  }

  /** Each is on record before it is sent. */
  async download(actor: Actor, side: ProofSide, asked: Asked & { fileId: string }): Promise<SentFile> {
    const file = await this.find(actor, side, asked);
    if (file.fault === 'altered')
      throw new RefusedError('conflict', '附件的内容与上传时不一致，不能当作佐证查看。请联系管理员从备份恢复。');
    const content = await this.parts.files.open(file.sha256);
    const object = `${this.parts.shelves[asked.kind].noun}/${asked.id}/file/${file.id}@${file.sha256}`;
    await this.parts.audit.record(actor, { action: 'download-proof-file', object });
    return { name: file.name, mediaType: FILE_TYPE_RULES[file.type].mediaType, sizeBytes: file.sizeBytes, content };
  }

  async thumbnail(actor: Actor, side: ProofSide, asked: Asked & { fileId: string }): Promise<SentFile> {
    const { thumbnailSha256 } = await this.find(actor, side, asked);
    if (thumbnailSha256 === null) throw new RefusedError('not-found', '这个附件没有缩略图。');
    const content = await this.parts.files.open(thumbnailSha256);
    return { name: '缩略图.webp', mediaType: 'image/webp', sizeBytes: null, content };
  }

  private async find(actor: Actor, side: ProofSide, { kind, id, fileId }: Asked & { fileId: string }): Promise<KeptFile> {
    const shelf = this.parts.shelves[kind];
    // Out of reach, and not there, are answered alike.
    await shelf.shown(actor, side, id);
    return this.parts.files.get(shelf.subject(id), fileId);
  }

  private async permitted(
    actor: Actor,
    side: ProofSide,
    { kind, id, forId }: Asked,
    step: (shelf: ProofShelf, proof: Proof) => Promise<void>,
  ): Promise<ShownProofFiles> {
    const shelf = this.parts.shelves[kind];
    const { actions, noun } = shelf;
    if (forId !== undefined && (side === 'unit' || !shelf.isDelegable))
      throw new RefusedError('conflict', '这里的附件须由本人上传、撤回，不能代办。');
    const by = { id: actor.user.id, account: actor.user.account, address: actor.address };
    return permitted(this.parts.audit, actor, { actions, object: `${noun}/${id}/file`, forId }, async () => {
      const proof =
        side === 'unit' ? shelf.proofOfUnit(UnitReach.of(actor), by, id) : shelf.proof(Reach.of(actor), by, id, forId);
      await step(shelf, proof);
      return shelf.shown(actor, side, id);
    });
  }

  /** In the transaction of the step: the hash of the step stands a second time where nobody changes it. */
  private record(
    actor: Actor,
    action: 'attach-proof-file' | 'withdraw-proof-file',
    { shelf, reason }: { shelf: ProofShelf; reason?: string },
  ): StepRecord {
    return (client, receipt) => {
      const object = stepObject(shelf.noun, receipt);
      return this.parts.audit.record(actor, { action, object, ...(reason === undefined ? {} : { reason }) }, client);
    };
  }
}
