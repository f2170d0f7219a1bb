import { Reach, type Actor } from '@tianyan/access';
import { type Catalogue, hotlineOrder, MATTER_NAMES } from '@tianyan/contracts';
import {
  FIGURES,
  MIN_PEERS,
  recordTypesOf,
  type PlaceKind,
  type Scorecards,
  type ScorecardPeriodKind,
  type ScorecardTimes,
  type ScorecardSummary as Summary,
  type Surge as FoundSurge,
  type SurgeDays,
  type SurgeList as FoundSurges,
  type Surges,
} from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import type { z } from 'zod';
import type {
  FigureList,
  FigureRecords,
  figureRecordsQuerySchema,
  Scorecard,
  ScorecardList,
  scorecardListQuerySchema,
  scorecardQuerySchema,
  ScorecardSummary,
  SurgeList,
  SurgeOrders,
  surgeOrdersQuerySchema,
} from '../api/index.js';
import type { AskedConnector } from '../tokens.js';
import { figureRecordsAnswer } from './figure-record-answers.js';
import { periodLabel } from './period-label.js';

const BASIS_WORDS: Readonly<Record<FoundSurges['basis'], string>> = {
  'last-year': '与去年同期比：去年同一周（月）及前后各一段，取中位数',
  preceding: '没有满一年的工单，与此前各段比，取中位数；节假日和季节变化看不出来',
  none: '工单还不够四段时间，暂时看不出什么是平常的',
};
const BASIS_NAMES: Readonly<Record<FoundSurges['basis'], string>> = { 'last-year': '往年同期', preceding: '此前平常', none: '' };

/** Of the record types that are still on their way, so many are named. */
const SHOWN_LABELS = 3;

/** Figures of units and places, and surges, in the words of the console. */
export class ScorecardCases {
  constructor(
    private readonly parts: {
      scorecards: Scorecards;
      surges: Surges;
      names: NamesDirectory;
      firstLoads: AskedConnector['firstLoads'];
      catalogue: Catalogue;
    },
  ) {}

  figures(): FigureList {
    const items = FIGURES.map(({ id, label, group, places, source, counted, of, leftOut, better, minSample }) => ({
      id,
      label,
      group,
      counted,
      of,
      leftOut,
      better,
      minSample,
      places: [...places],
      money: source === 'receivable',
    }));
    return { items, minPeers: MIN_PEERS };
  }

  async list(actor: Actor, kind: PlaceKind, query: z.output<typeof scorecardListQuerySchema>): Promise<ScorecardList> {
    await this.refuseWhileLoading(recordTypesOf(kind));
    const list = await this.parts.scorecards.list(Reach.of(actor), { kind, period: query.period, back: query.back });
    const found = list.items.filter(({ name }) => query.text === undefined || name.includes(query.text));
    const sorted = query.sort === undefined ? found : byFigure(found, query.sort);
    const start = startOf(query.cursor);
    const end = start + query.limit;
    return {
      ...timesAnswer(query.period, list),
      total: sorted.length,
      ordersOfNone: list.ordersOfNone,
      items: sorted.slice(start, end).map(summaryAnswer),
      nextCursor: end < sorted.length ? String(end) : null,
    };
  }

  async get(actor: Actor, kind: PlaceKind, code: string, query: z.output<typeof scorecardQuerySchema>): Promise<Scorecard> {
    await this.refuseWhileLoading(recordTypesOf(kind));
    const card = await this.parts.scorecards.get(Reach.of(actor), { kind, ...query }, code);
    return {
      ...summaryAnswer(card),
      ...timesAnswer(query.period, card),
      classes: card.classes?.map(({ problemClass, bySeverity }) => ({ problemClass, bySeverity: { ...bySeverity } })) ?? null,
    };
  }

  /** The records behind a figure, for whoever sees the figure. */
  async records(
    actor: Actor,
    { kind, code, figure }: { kind: PlaceKind; code: string; figure: string },
    { period, back, part, cursor, limit }: z.output<typeof figureRecordsQuerySchema>,
  ): Promise<FigureRecords> {
    await this.refuseWhileLoading(recordTypesOf(kind));
    const of = { code, figureId: figure, part, cursor: cursor ?? null, limit };
    const [found, names] = await Promise.all([
      this.parts.scorecards.records(Reach.of(actor), { kind, period, back }, of),
      this.parts.names.refresh(),
    ]);
    return figureRecordsAnswer(found, names);
  }

  async surges(actor: Actor, days: SurgeDays): Promise<SurgeList> {
    await this.refuseWhileLoading(new Set([hotlineOrder.type]));
    const [list, names] = await Promise.all([this.parts.surges.list(Reach.of(actor), days), this.parts.names.refresh()]);
    const placeName = ({ townshipCode, villageCode }: FoundSurge) => {
      const township = names.division(townshipCode) ?? townshipCode;
      return villageCode === null ? township : `${township} · ${names.division(villageCode) ?? villageCode}`;
    };
    return {
      days,
      now: list.now,
      basis: list.basis,
      basisText: BASIS_WORDS[list.basis],
      total: list.total,
      items: list.items.map((surge) => ({
        ...surge,
        matterLabel: MATTER_NAMES[surge.matter] ?? surge.matter,
        placeName: placeName(surge),
        text: `近 ${days} 天 ${surge.count} 件，${BASIS_NAMES[list.basis]} ${surge.expected} 件`,
      })),
    };
  }

  /** The orders of a year are there before what was done with them: every unit would seem to have finished none in time. */
  private async refuseWhileLoading(needed: ReadonlySet<string>): Promise<void> {
    const { firstLoads, catalogue } = this.parts;
    const pending = await firstLoads.pendingTypes();
    const labels = catalogue.all().flatMap(({ type, label }) => (needed.has(type) && pending.has(type) ? [label] : []));
    if (labels.length === 0) return;
    const some = labels.slice(0, SHOWN_LABELS).join('、') + (labels.length > SHOWN_LABELS ? '等' : '');
    throw new RefusedError('conflict', `数据还在首次载入（${some}），现在算出来的数字会冤枉人。请等载入完成后再看。`);
  }

  async surgeOrders(actor: Actor, query: z.output<typeof surgeOrdersQuerySchema>): Promise<SurgeOrders> {
    const of = { matter: query.matter, townshipCode: query.township, villageCode: query.village ?? null };
    const [items, names] = await Promise.all([
      this.parts.surges.orders(Reach.of(actor), query.days === '7' ? 7 : 30, of),
      this.parts.names.refresh(),
    ]);
    return {
      items: items.map(({ leadUnitId, ...order }) => ({
        ...order,
        leadUnitName: leadUnitId === null ? null : (names.unit(leadUnitId) ?? leadUnitId),
      })),
    };
  }
}

/** The position in a list that is made anew for each page: of places, which come and go a few times a year. */
function startOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,6}$/.test(cursor)) throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询。');
  return Number(cursor);
}

/** What should be looked at first: the worst, or where nothing is better the most; what is not known last. */
function byFigure(items: readonly Summary[], id: string): readonly Summary[] {
  const definition = FIGURES.find((figure) => figure.id === id);
  if (!definition) throw new RefusedError('invalid', '没有这项指标，请重新选择排序。');
  const valueOf = (item: Summary) => item.figures.find((figure) => figure.id === id)?.values.at(-1)?.value ?? null;
  const sign = definition.better === 'higher' ? 1 : -1;
  return items.toSorted((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right);
  });
}

function timesAnswer(
  kind: ScorecardPeriodKind,
  { periods, unfinished, countedAtMs, underWay }: ScorecardTimes,
): Pick<ScorecardList, keyof ScorecardTimes> {
  return {
    periods: periods.map((period) => ({ ...period, label: periodLabel(kind, period) })),
    unfinished,
    countedAtMs,
    underWay,
  };
}

function summaryAnswer({ code, name, townshipName, figures }: Summary): ScorecardSummary {
  return { code, name, townshipName, figures: figures.map((figure) => ({ ...figure, values: [...figure.values] })) };
}
