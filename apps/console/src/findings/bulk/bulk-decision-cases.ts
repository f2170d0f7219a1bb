import { Reach, type Actor, type AuditLog } from '@tianyan/access';
import { workbookOf, type LedgerColumn } from '@tianyan/dossier';
import type { BulkDecided, BulkDecision as StoredBulk, BulkDecisions, BulkItem } from '@tianyan/findings';
import { chinaDayOf, type Clock, type IdSource } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import {
  MAX_PAGE_ITEMS,
  type BulkDecision,
  type BulkDecisionDetail,
  type BulkDecisionRequest,
  type FindingSummary,
} from '../../api/index.js';
import { coverOf } from '../../dossier/export-cover.js';
import { WORKBOOK_TYPE, type MadeFile } from '../../http/made-file.js';
import type { FindingCases } from '../finding-cases.js';

const TITLE = '批量处理结果';
const REASON = '留存批量处理的结果';

/** What a person asks of bulk decisions, their own alone. */
export class BulkDecisionCases {
  constructor(
    private readonly parts: {
      bulks: BulkDecisions;
      findings: FindingCases;
      names: NamesDirectory;
      audit: AuditLog;
      ids: IdSource;
      machineClock: Clock;
    },
  ) {}

  /** Stored, and carried out by whichever console comes to it: the answer says how to follow it. */
  async ask(actor: Actor, request: BulkDecisionRequest, key: string | null): Promise<BulkDecisionDetail> {
    const { chosen } = request;
    const id = await this.parts.bulks.ask(Reach.of(actor), {
      userId: actor.user.id,
      role: actor.user.role,
      address: actor.address,
      key: key ?? this.parts.ids.next(),
      decided: decidedOf(request),
      chosen: 'ids' in chosen ? chosen : { ...chosen, filter: await this.parts.findings.filterOf(actor, chosen.filter) },
      content: request,
    });
    return this.get(actor, id);
  }

  async list({ user }: Actor): Promise<{ items: BulkDecision[] }> {
    return { items: (await this.parts.bulks.list(user.id)).map(bulkAnswer) };
  }

  async get({ user }: Actor, id: string): Promise<BulkDecisionDetail> {
    const bulk = await this.parts.bulks.get(user.id, id);
    const refusals = await this.parts.bulks.refusals(bulk);
    return {
      ...bulkAnswer(bulk),
      refusals: refusals.map(({ findingId, message }) => ({ findingId, message: message ?? '' })),
    };
  }

  async cancel(actor: Actor, id: string): Promise<BulkDecisionDetail> {
    await this.parts.bulks.cancel(actor.user.id, id);
    return this.get(actor, id);
  }

  /** The number of each finding and what came of it: what whoever decides has to go on with, and nothing that was found. */
  async outcomes(actor: Actor, id: string): Promise<MadeFile> {
    return this.made(actor, id, { reason: REASON, columns: OUTCOMES, rows: (bulk, items) => outcomesOf(bulk, items) });
  }

  /** The same with what each finding says, for whoever may take that out of the platform. */
  async result(actor: Actor, id: string, reason: string): Promise<MadeFile> {
    return this.made(actor, id, { reason, columns: COLUMNS, rows: (bulk, items) => this.rows(actor, bulk, items) });
  }

  /** As a workbook; on record before anybody has it. */
  private async made(actor: Actor, id: string, { reason, columns, rows }: ResultLedger): Promise<MadeFile> {
    const { bulks, names, audit, machineClock } = this.parts;
    const bulk = await bulks.get(actor.user.id, id);
    const items = await bulks.items(bulk);
    const nowMs = machineClock.nowMs();
    const cover = coverOf(actor, { title: TITLE, reason, nowMs, names: await names.refresh(), filter: tally(bulk) });
    const content = await workbookOf(cover, [{ name: '疑点', columns, rows: rows(bulk, items) }]);
    await audit.record(actor, { action: 'export-ledger', object: `export/bulk-decision/${id}`, reason });
    return { name: `${TITLE}-${chinaDayOf(nowMs)}.xlsx`, type: WORKBOOK_TYPE, content };
  }

  /** What is out of reach by now has no more than its number. */
  private async *rows(actor: Actor, bulk: StoredBulk, items: readonly BulkItem[]): AsyncGenerator<ResultRow> {
    for (let start = 0; start < items.length; start += MAX_PAGE_ITEMS) {
      const piece = items.slice(start, start + MAX_PAGE_ITEMS);
      const listed = await this.parts.findings.listed(
        actor,
        piece.map(({ findingId }) => findingId),
      );
      const byId = new Map(listed.map((finding) => [finding.id, finding]));
      for (const row of outcomesOf(bulk, piece)) yield { ...row, finding: byId.get(row.item.findingId) ?? null };
    }
  }
}

interface ResultRow {
  item: BulkItem;
  finding: FindingSummary | null;
  isOver: boolean;
}

interface ResultLedger {
  reason: string;
  columns: readonly LedgerColumn<ResultRow>[];
  rows: (bulk: StoredBulk, items: readonly BulkItem[]) => AsyncIterable<ResultRow> | Iterable<ResultRow>;
}

const NUMBER: LedgerColumn<ResultRow> = { title: '疑点编号', width: 38, cell: ({ item }) => item.findingId };
const OUTCOME: readonly LedgerColumn<ResultRow>[] = [
  { title: '结果', width: 12, cell: ({ item }) => (item.outcome === 'done' ? '已处理' : '未处理') },
  { title: '原因', width: 60, cell: ({ item, isOver }) => item.message ?? reasonOf(item, isOver) },
];
const OUTCOMES = [NUMBER, ...OUTCOME];
const COLUMNS: readonly LedgerColumn<ResultRow>[] = [
  NUMBER,
  { title: '规则', width: 28, cell: ({ finding }) => finding?.ruleTitle ?? null },
  { title: '说明', width: 80, cell: ({ finding }) => finding?.explanation ?? null },
  ...OUTCOME,
];

function outcomesOf({ state }: StoredBulk, items: readonly BulkItem[]): ResultRow[] {
  return items.map((item) => ({ item, finding: null, isOver: state !== 'running' }));
}

function reasonOf({ outcome }: BulkItem, isOver: boolean): string | null {
  if (outcome === 'done') return null;
  return isOver ? '办到它之前已停下' : '还没有办到';
}

/** How many were done, and how many not; and those that are in no row, since they were left out from the first. */
function tally({ total, done, later }: StoredBulk): [label: string, text: string][] {
  const leftOut: [label: string, text: string][] = [['选定之后新来或有变化，没有选入', `${later} 条`]];
  return [['已处理', `${done} 条`], ['未处理', `${total - done} 条`], ...(later > 0 ? leftOut : [])];
}

function decidedOf(request: BulkDecisionRequest): BulkDecided {
  return request.decision === 'dismiss'
    ? { decision: 'dismiss', verdict: request.verdict, reason: request.reason }
    : { decision: 'promote', verdict: null, reason: request.reason ?? null };
}

function bulkAnswer(bulk: StoredBulk): BulkDecision {
  const { id, decision, state, stopReason, total, done, refused, later, askedAtMs, endedAtMs } = bulk;
  return { id, decision, state, stopReason, total, done, refused, later, askedAtMs, endedAtMs };
}
