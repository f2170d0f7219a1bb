import type { Actor, AuditLog } from '@tianyan/access';
import { MAX_LEDGER_ROWS, workbookOf } from '@tianyan/dossier';
import { chinaDayOf, type Clock } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import type { z } from 'zod';
import type { clueFilterSchema, findingFilterSchema } from '../api/index.js';
import type { ClueCases } from '../clues/clue-cases.js';
import type { FindingCases } from '../findings/finding-cases.js';
import { WORKBOOK_TYPE, type MadeFile } from '../http/made-file.js';
import { CLUE_COLUMNS, clueFilterLines } from './clue-ledger.js';
import { everyRow } from './every-row.js';
import { coverOf } from './export-cover.js';
import { FINDING_COLUMNS, findingFilterLines } from './finding-ledger.js';

/** Lists as workbooks: what the person sees on the page, within the same reach and as covered; each on record, with its reason. */
export class LedgerCases {
  constructor(
    private readonly parts: {
      findings: FindingCases;
      clues: ClueCases;
      names: NamesDirectory;
      audit: AuditLog;
      machineClock: Clock;
    },
  ) {}

  async findings(actor: Actor, filter: z.output<typeof findingFilterSchema>, reason: string): Promise<MadeFile> {
    const names = await this.parts.names.refresh();
    const rows = everyRow((cursor) => this.parts.findings.ledgerPage(actor, filter, cursor));
    const cover = this.cover(actor, { title: '疑点台账', reason, names, filter: findingFilterLines(filter, names) });
    const content = await workbookOf(cover, [{ name: '疑点', columns: FINDING_COLUMNS, rows }]);
    return this.made(actor, { kind: 'findings', title: '疑点台账', content, reason });
  }

  async clues(actor: Actor, filter: z.output<typeof clueFilterSchema>, reason: string): Promise<MadeFile> {
    const names = await this.parts.names.refresh();
    const rows = await this.parts.clues.ledger(actor, filter, MAX_LEDGER_ROWS);
    const cover = this.cover(actor, { title: '问题线索台账', reason, names, filter: clueFilterLines(filter) });
    const content = await workbookOf(cover, [{ name: '线索', columns: CLUE_COLUMNS, rows }]);
    return this.made(actor, { kind: 'clues', title: '问题线索台账', content, reason });
  }

  private cover(actor: Actor, input: Omit<Parameters<typeof coverOf>[1], 'nowMs'>) {
    return coverOf(actor, { ...input, nowMs: this.parts.machineClock.nowMs() });
  }

  /** On record before anybody has it. */
  private async made(
    actor: Actor,
    { kind, title, content, reason }: { kind: string; title: string; content: Buffer; reason: string },
  ): Promise<MadeFile> {
    await this.parts.audit.record(actor, { action: 'export-ledger', object: `export/${kind}`, reason });
    return { name: `${title}-${chinaDayOf(this.parts.machineClock.nowMs())}.xlsx`, type: WORKBOOK_TYPE, content };
  }
}
