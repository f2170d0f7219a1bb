import { Reach, type Actor, type AuditLog } from '@tianyan/access';
import { workbookOf, type CoverLine, type LedgerColumn, type StatisticsQueries } from '@tianyan/dossier';
import { chinaDayOf, DAY_MS, RefusedError, startOfChinaDayMs, type Clock } from '@tianyan/kernel';
import { yuan, type NamesDirectory } from '@tianyan/rules';
import {
  MAX_STATISTICS_DAYS,
  type DocumentRequest,
  type Statistics,
  type StatisticsFigure,
  type StatisticsQuery,
} from '../api/index.js';
import { WORKBOOK_TYPE, type MadeFile } from '../http/made-file.js';
import type { RuleBook } from '../rules/rule-book.js';
import { documentFile, makerWords } from './document-file.js';
import { coverOf } from './export-cover.js';
import { chartWords, statisticsCharts } from './statistics-charts.js';
import { statisticsGroups } from './statistics-groups.js';

/** Figures of what was found and done in a period, on the page and as files. */
export class StatisticsCases {
  constructor(
    private readonly parts: {
      statistics: StatisticsQueries;
      rules: RuleBook;
      names: NamesDirectory;
      audit: AuditLog;
      countyClock: Clock;
      machineClock: Clock;
      /** Of the county's own templates. */
      templatesFolder: string | null;
    },
  ) {}

  async get(actor: Actor, query: StatisticsQuery): Promise<Statistics> {
    const { fromDay, toDay } = this.daysOf(query);
    const townshipCode = query.township ?? null;
    const range = { fromMs: startOfChinaDayMs(fromDay), beforeMs: startOfChinaDayMs(toDay) + DAY_MS, townshipCode };
    const { statistics, rules, names: directory } = this.parts;
    const [names, standing, retired] = await Promise.all([directory.refresh(), rules.list(), rules.retired()]);
    const amounts = new Map(
      [...retired, ...standing].flatMap(({ id, amountAtStake }) =>
        amountAtStake === null ? [] : [[id, amountAtStake] as const],
      ),
    );
    const reach = Reach.of(actor);
    const [findings, months, clues, rectifications] = await Promise.all([
      statistics.findings(reach, range, amounts),
      statistics.months(reach, range),
      statistics.clues(reach, range),
      statistics.rectifications(reach, range),
    ]);
    const townshipName = townshipCode === null ? null : (names.division(townshipCode) ?? townshipCode);
    const charts = statisticsCharts({ findings, months, clues, rectifications }, { fromDay, toDay });
    return { fromDay, toDay, townshipName, groups: statisticsGroups(findings, clues, rectifications), charts };
  }

  async workbook(actor: Actor, query: StatisticsQuery, reason: string): Promise<MadeFile> {
    const made = await this.get(actor, query);
    const nowMs = this.parts.machineClock.nowMs();
    const filter: CoverLine[] = [
      ['期间', `${made.fromDay} 至 ${made.toDay}`],
      ['乡镇', made.townshipName ?? '全部'],
    ];
    const cover = coverOf(actor, { title: '统计', reason, nowMs, names: this.parts.names.current, filter });
    const rows = made.groups.flatMap(({ title, meaning, figures }) => figures.map((figure) => ({ title, meaning, figure })));
    const content = await workbookOf(cover, [{ name: '统计', columns: COLUMNS, rows }]);
    await this.parts.audit.record(actor, { action: 'export-statistics', object: 'export/statistics', reason });
    return { name: `统计-${made.fromDay}-${made.toDay}.xlsx`, type: WORKBOOK_TYPE, content };
  }

  /** The bulletin, by the template that the county may have made its own. */
  async bulletin(actor: Actor, query: StatisticsQuery, { reason, format }: DocumentRequest): Promise<MadeFile> {
    const made = await this.get(actor, query);
    const nowMs = this.parts.machineClock.nowMs();
    const words = {
      from: made.fromDay,
      to: made.toDay,
      place: made.townshipName ?? '全县',
      groups: made.groups.map(({ title, meaning, figures }) => ({
        title,
        meaning,
        figures: figures.map((figure) => ({ label: figure.label, value: valueText(figure) })),
      })),
      charts: made.charts.map(chartWords),
      ...makerWords(actor, { reason, nowMs }),
    };
    const name = `简报-${made.fromDay}-${made.toDay}`;
    const { templatesFolder } = this.parts;
    const file = await documentFile({ template: 'bulletin.docx', words, name, format }, { templatesFolder, nowMs });
    await this.parts.audit.record(actor, { action: 'export-statistics', object: 'export/bulletin', reason });
    return file;
  }

  private daysOf({ from, to }: StatisticsQuery): { fromDay: string; toDay: string } {
    const today = chinaDayOf(this.parts.countyClock.nowMs());
    const toDay = to ?? today;
    const fromDay = from ?? `${toDay.slice(0, 8)}01`;
    const days = (startOfChinaDayMs(toDay) - startOfChinaDayMs(fromDay)) / DAY_MS;
    if (days < 0) throw new RefusedError('invalid', '开始的日子在结束的日子之后，请改正。');
    if (days > MAX_STATISTICS_DAYS) throw new RefusedError('invalid', `一次最多统计 ${MAX_STATISTICS_DAYS} 天，请缩短期间。`);
    return { fromDay, toDay };
  }
}

interface Row {
  title: string;
  meaning: string;
  figure: StatisticsFigure;
}

const FEN_PER_YUAN = 100;

const COLUMNS: readonly LedgerColumn<Row>[] = [
  { title: '类', width: 16, cell: ({ title }) => title },
  { title: '项目', width: 36, cell: ({ figure }) => figure.label },
  {
    title: '数',
    width: 16,
    cell: ({ figure: { kind, value } }) =>
      value === null ? null : kind === 'fen' ? value / FEN_PER_YUAN : kind === 'share' ? value / 10 : value,
  },
  { title: '单位', width: 8, cell: ({ figure: { kind } }) => ({ count: '个', share: '%', fen: '元' })[kind] },
  { title: '怎么算的', width: 90, cell: ({ meaning }) => meaning },
];

function valueText({ kind, value }: StatisticsFigure): string {
  if (value === null) return '—';
  return kind === 'fen' ? yuan(value) : kind === 'share' ? `${value / 10}%` : String(value);
}
