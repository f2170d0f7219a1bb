import type { Actor, AuditLog } from '@tianyan/access';
import { workbookOf } from '@tianyan/dossier';
import { chinaDayOf, type Clock } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import { coverOf } from '../dossier/export-cover.js';
import { WORKBOOK_TYPE, type MadeFile } from '../http/made-file.js';
import type { ExportedList, ListSources } from './exported-list.js';

/** Lists as workbooks: what the person sees on the page, within the same reach and as covered; each on record, with its reason. */
export class ListExports {
  constructor(private readonly parts: { sources: ListSources; names: NamesDirectory; audit: AuditLog; machineClock: Clock }) {}

  async made(actor: Actor, list: ExportedList, { query, reason }: { query: unknown; reason: string }): Promise<MadeFile> {
    const { sources, audit, machineClock } = this.parts;
    const names = await this.parts.names.refresh();
    const nowMs = machineClock.nowMs();
    const { path, title, columns, goesToUnits } = list;
    const shown = { title, reason: goesToUnits ? null : reason, nowMs, names };
    const notes = await list.notes(sources, actor, query);
    const cover = [...coverOf(actor, { ...shown, filter: list.filterLines(query, names) }), ...notes];
    const rows = await list.rows(sources, actor, query);
    const content = await workbookOf(cover, [{ name: title, columns, rows }]);
    // On record before anybody has it.
    await audit.record(actor, { action: 'export-ledger', object: `export/${path}`, reason });
    return { name: `${title}-${chinaDayOf(nowMs)}.xlsx`, type: WORKBOOK_TYPE, content };
  }
}
