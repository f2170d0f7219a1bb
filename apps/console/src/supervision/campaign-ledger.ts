import type { Actor, AuditLog } from '@tianyan/access';
import { workbookOf, type LedgerColumn } from '@tianyan/dossier';
import { chinaDayOf, type Clock } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import {
  CAMPAIGN_TASK_STATE_LABELS,
  CHECK_RESULT_LABELS,
  MAX_PAGE_ITEMS,
  type CampaignTask,
  type ResultPart,
} from '../api/index.js';
import { everyRow } from '../dossier/every-row.js';
import { coverOf } from '../dossier/export-cover.js';
import { WORKBOOK_TYPE, type MadeFile } from '../http/made-file.js';
import type { CampaignCases } from './campaign-cases.js';

const PER_MILLE_OF_PERCENT = 10;

const PART_COLUMNS: readonly LedgerColumn<ResultPart & { kind: string }>[] = [
  { title: '按', width: 10, cell: ({ kind }) => kind },
  { title: '名称', width: 28, cell: ({ name }) => name },
  { title: '选定', width: 10, cell: ({ picked }) => picked },
  { title: '已核实', width: 10, cell: ({ verified }) => verified },
  { title: '有问题', width: 10, cell: ({ problems }) => problems },
  { title: '无法核实', width: 10, cell: ({ unverifiable }) => unverifiable },
  {
    title: '问题率（%）',
    width: 12,
    cell: ({ problemPermille }) => (problemPermille === null ? null : problemPermille / PER_MILLE_OF_PERCENT),
  },
];

/** As the page shows them: a result is told once it counts. */
const TASK_COLUMNS: readonly LedgerColumn<CampaignTask>[] = [
  { title: '工单编号', width: 24, cell: ({ orderId }) => orderId },
  { title: '承办单位', width: 24, cell: ({ unitName }) => unitName },
  { title: '乡镇', width: 16, cell: ({ townshipName }) => townshipName },
  { title: '受理时间', width: 18, cell: ({ acceptedAtMs: atMs }) => ({ atMs }) },
  { title: '选定时的退回次数', width: 12, cell: ({ returns }) => returns },
  { title: '复查人员', width: 12, cell: ({ inspectorName }) => inspectorName },
  { title: '状态', width: 10, cell: ({ state }) => CAMPAIGN_TASK_STATE_LABELS[state] },
  { title: '结果', width: 10, cell: ({ state, result }) => (state === 'done' && result ? CHECK_RESULT_LABELS[result] : null) },
  { title: '问题种类', width: 30, cell: ({ state, problemKinds }) => (state === 'done' ? problemKinds.join('、') : null) },
];

/** A campaign as a workbook: what the person sees on its page, within the same reach; on record, with its reason. */
export class CampaignLedger {
  constructor(
    private readonly parts: { campaigns: CampaignCases; names: NamesDirectory; audit: AuditLog; machineClock: Clock },
  ) {}

  async workbook(actor: Actor, id: string, reason: string): Promise<MadeFile> {
    const { campaigns, names, audit, machineClock } = this.parts;
    const campaign = await campaigns.get(actor, id);
    const { results } = campaign;
    const nowMs = machineClock.nowMs();
    const filter = campaign.pickLines.map(({ label, text }) => [label, text] as const);
    const cover = coverOf(actor, { title: campaign.name, reason, nowMs, names: await names.refresh(), filter });
    const parts = [
      { kind: '全部', code: null, name: campaign.name, ...results },
      ...results.byUnit.map((part) => ({ kind: '单位', ...part })),
      ...results.byTownship.map((part) => ({ kind: '乡镇', ...part })),
    ];
    const tasks = everyRow((cursor) =>
      campaigns.tasks(actor, id, { limit: MAX_PAGE_ITEMS, ...(cursor === null ? {} : { cursor }) }),
    );
    const content = await workbookOf(cover, [
      { name: '结果', columns: PART_COLUMNS, rows: parts },
      { name: '工单', columns: TASK_COLUMNS, rows: tasks },
    ]);
    // On record before anybody has it.
    await audit.record(actor, { action: 'export-ledger', object: `export/campaign/${id}`, reason });
    return { name: `专项复查-${chinaDayOf(nowMs)}.xlsx`, type: WORKBOOK_TYPE, content };
  }
}
