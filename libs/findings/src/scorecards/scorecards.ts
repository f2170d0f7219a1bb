import type { Reach } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { RefusedError, type Clock, type EpochMs } from '@tianyan/kernel';
import { type Page, rows, type Pool } from '@tianyan/postgres';
import { readRows, type WarehouseReader } from '@tianyan/warehouse';
import type { Severity } from '@tianyan/rules';
import { z } from 'zod';
import { NamedOrders } from '../except-orders.js';
import { applyFilter, Conditions } from '../finding-conditions.js';
import { severityOfRank } from '../finding-rows.js';
import type { RuleSets } from '../rule-sets/rule-sets.js';
import { rulesUnderWay } from '../rule-sets/rules-under-way.js';
import { compareWithPeers, figureValue, UNKNOWN, type FigureValue, type PeerComparison } from './comparison.js';
import type { FigurePart } from './figure-definition.js';
import { readFigureRecords, type FigureRecord } from './figure-records.js';
import { figureQueries, findingFigures, type AskedFigures } from './figure-queries.js';
import { figuresOf, type FigureDefinition, type FigureSource, type PlaceKind } from './figures.js';
import { periodsUpTo, yearBefore, type ScorecardPeriod, type ScorecardPeriodKind } from './periods.js';
import { isWithin, readPlaces, type ScorecardPlace } from './places.js';
import { isRecorded, readRecordStarts, type RecordStarts } from './record-starts.js';

/** Which scorecards are asked for: of a kind of place, of the period that lies so many before the one of now. */
export interface ScorecardQuestion {
  kind: PlaceKind;
  period: ScorecardPeriodKind;
  back: number;
}

/** A figure over time; each list is of the answer's periods, oldest first, its last is the one asked about. */
export interface FigureSeries {
  id: string;
  values: readonly FigureValue[];
}

export interface ComparedFigure extends FigureSeries {
  /** Null: most of that period lies before the first records. */
  previous: FigureValue | null;
  /** As {@link previous}. */
  yearBefore: FigureValue | null;
  peers: PeerComparison;
}

export interface ScorecardSummary extends ScorecardPlace {
  figures: readonly ComparedFigure[];
}

/** Of which time the figures are, and what they lack. */
export interface ScorecardTimes {
  periods: readonly ScorecardPeriod[];
  /** The period goes on: its numbers still grow. */
  unfinished: boolean;
  /** County time at which everything was counted. */
  countedAtMs: EpochMs;
  /** Rules that had not been evaluated over everything then, of so many: figures of findings still change. Null: there was none. */
  underWay: { rules: number; of: number } | null;
}

export interface ScorecardList extends ScorecardTimes {
  items: readonly ScorecardSummary[];
  /** Orders of the period that name no such place: with them the items add up to the county. */
  ordersOfNone: number;
}

export interface Scorecard extends ScorecardSummary, ScorecardTimes {
  /** Of the period, withdrawn ones left out, the most first. Null: not known, as its figures of findings. */
  classes: readonly { problemClass: string; bySeverity: Readonly<Record<Severity, number>> }[] | null;
}

/** Places of a kind with what was counted of each, by township of the records and period. */
interface Counted {
  asked: AskedFigures;
  places: readonly ScorecardPlace[];
  rows: CountedRows;
  /** Whose findings are not counted; null: not known, so that none are. */
  except: NamedOrders | null;
  starts: RecordStarts;
  underWay: ScorecardTimes['underWay'];
  /** Of the period asked about, by figure: of each place in their order, whoever asks. */
  ofAll: ReadonlyMap<string, readonly (number | null)[]>;
}

/** By source, place and number of the period; a source that is missing is not known. */
type CountedRows = Readonly<Partial<Record<FigureSource, ReadonlyMap<string, ReadonlyMap<number, readonly SumRow[]>>>>>;

// Findings are counted by their class too; records have none.
const sumRow = z.object({
  place: z.string(),
  township: z.string(),
  period: z.int(),
  sums: z.array(z.number()),
  class: z.string().optional(),
});
type SumRow = z.output<typeof sumRow>;
const classRow = z.object({ problem_class: z.string(), severity: z.int(), count: z.int() });

/** Counts may be so old: a year of records is read for them, and the figures move by the day. */
const FRESH_MS = 60_000;
/** Different questions whose counts are kept: the kinds of places, periods, and some periods back. */
const MAX_KEPT = 24;

/**
 * Figures of units, townships and villages. What is counted is the same for everybody and read once; who asks sees the places of their
 * reach, by the records of their townships, and of all others plain averages of at least `MIN_PEERS`.
 */
export class Scorecards {
  private readonly kept = new Map<string, { counted: Promise<Counted>; readAtMs: EpochMs }>();

  constructor(
    private readonly parts: {
      pool: Pool;
      warehouse: WarehouseReader;
      sets: Pick<RuleSets, 'progress'>;
      calendar: WorkingCalendar;
      countyClock: Clock;
      machineClock: Clock;
      /** Orders told in confidence that lie in a village: its lists of findings leave theirs out, and so do its figures. Null: not known which. */
      hiddenInVillages: () => Promise<NamedOrders | null>;
    },
  ) {}

  /** All places of the kind within reach, by name. */
  async list(reach: Reach, question: ScorecardQuestion): Promise<ScorecardList> {
    const counted = await this.counted(question);
    const shown = comparedWithin(reach, counted);
    const items = counted.places
      .filter((place) => isWithin(reach, place))
      .map((place) => summaryOf(reach, question, shown, place));
    const orders = figuresOf(question.kind).find(({ id }) => id === 'orders');
    const last = counted.asked.periods.length - 1;
    const ofNone = orders ? (valueOf(counted, orders, '', last, isOf(reach)).counted ?? 0) : 0;
    return { ...timesOf(counted), items, ordersOfNone: ofNone };
  }

  /** Throws RefusedError('not-found') for what does not exist or is out of reach. */
  async get(reach: Reach, question: ScorecardQuestion, code: string): Promise<Scorecard> {
    const counted = await this.counted(question);
    const place = placeWithin(reach, counted, code);
    const summary = summaryOf(reach, question, comparedWithin(reach, counted), place);
    return { ...timesOf(counted), ...summary, classes: await this.classes(reach, question.kind, code, counted) };
  }

  /**
   * The records behind a figure of the period, the newest first. As of the same instant as the figure, so that as many are listed as it counts.
   * Throws RefusedError('not-found') as {@link get} and for a figure that such places do not have, and RefusedError('conflict') where it is not known.
   */
  async records(
    reach: Reach,
    question: ScorecardQuestion,
    of: { code: string; figureId: string; part: FigurePart; cursor: string | null; limit: number },
  ): Promise<Page<FigureRecord> & { source: FigureSource }> {
    const figure = figuresOf(question.kind).find(({ id }) => id === of.figureId);
    const counted = await this.counted(question);
    placeWithin(reach, counted, of.code);
    if (!figure) throw new RefusedError('not-found', '没有这项指标，或这类对象不算这项指标。');
    const { asked, except } = counted;
    if (figure.source === 'finding' && except === null)
      throw new RefusedError('conflict', '保密工单太多，没能读全，这一次列不出不含它们的疑点。请过几分钟再看。');
    const { pool, warehouse, calendar } = this.parts;
    const parts = { pool, warehouse, calendar, except: except ?? NamedOrders.none };
    return { source: figure.source, ...(await readFigureRecords(reach, parts, { asked, figure, ...of })) };
  }

  /** One read at a time of each question, however many screens wait for it. */
  private counted(question: ScorecardQuestion): Promise<Counted> {
    const nowMs = this.parts.countyClock.nowMs();
    const periods = periodsUpTo(question.period, nowMs, question.back);
    const key = `${question.kind}|${question.period}|${periods.at(-1)?.key}`;
    const machineNowMs = this.parts.machineClock.nowMs();
    const known = this.kept.get(key);
    if (known && machineNowMs - known.readAtMs < FRESH_MS) return known.counted;
    const counted = this.read({ kind: question.kind, periods, nowMs });
    this.kept.delete(key);
    this.kept.set(key, { counted, readAtMs: machineNowMs });
    // A failure is told to those who wait for it, and not kept.
    counted.catch(() => this.kept.delete(key));
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MAX_KEPT) break;
      this.kept.delete(oldest);
    }
    return counted;
  }

  private async read(asked: AskedFigures): Promise<Counted> {
    const { pool, warehouse, sets, calendar, hiddenInVillages } = this.parts;
    // Before findings are counted: a rule that comes to its end meanwhile is told as under way, and none that is counted in part is not.
    const underWay = rulesUnderWay(await sets.progress());
    const except = asked.kind === 'village' ? await hiddenInVillages() : NamedOrders.none;
    const queries = figureQueries(asked, calendar);
    const [places, starts, findings, ...answers] = await Promise.all([
      readPlaces(warehouse, asked.kind),
      readRecordStarts(warehouse, asked.kind),
      except === null ? null : findingsCounted(pool, asked, except),
      ...queries.map(({ query }) => readRows(warehouse, sumRow, query)),
    ]);
    const bySource: { -readonly [Source in keyof CountedRows]: CountedRows[Source] } =
      findings === null ? {} : { finding: byPlace(findings) };
    queries.forEach(({ source }, i) => {
      bySource[source] = byPlace(answers[i] ?? []);
    });
    const all = withUnknown(asked.kind, places, bySource);
    return {
      asked,
      places: all,
      rows: bySource,
      except,
      starts,
      underWay: underWay.ids.size > 0 ? { rules: underWay.ids.size, of: underWay.of } : null,
      ofAll: valuesOfAll(asked, all, bySource),
    };
  }

  private async classes(reach: Reach, kind: PlaceKind, code: string, { asked, except }: Counted): Promise<Scorecard['classes']> {
    if (except === null) return null;
    const where = new Conditions(reach);
    const period = asked.periods.at(-1);
    applyFilter(where, {
      statuses: ['open', 'dismissed', 'promoted'],
      ...(kind === 'unit' && { unitIds: [code] }),
      ...(kind === 'township' && { townshipCodes: [code] }),
      ...(kind === 'village' && { villageCodes: [code] }),
      except,
      ...(period && { occurredFromMs: period.fromMs, occurredBeforeMs: Math.min(period.beforeMs, asked.nowMs + 1) }),
    });
    const found = await rows(
      this.parts.pool,
      classRow,
      `SELECT f.problem_class, f.severity, count(*)::int AS count FROM finding f ${where.sql()} GROUP BY 1, 2`,
      where.values,
    );
    const total = (list: typeof found) => list.reduce((sum, { count }) => sum + count, 0);
    return [...Map.groupBy(found, (row) => row.problem_class)]
      .toSorted(([, a], [, b]) => total(b) - total(a))
      .map(([problemClass, list]) => ({ problemClass, bySeverity: bySeverity(list) }));
  }
}

function placeWithin(reach: Reach, { places }: Counted, code: string): ScorecardPlace {
  const place = places.find((one) => one.code === code && isWithin(reach, one));
  if (!place) throw new RefusedError('not-found', '没有这个单位、乡镇或村，或不在您的管辖范围内。');
  return place;
}

function findingsCounted(pool: Pool, asked: AskedFigures, except: NamedOrders): Promise<SumRow[]> {
  const { sql, values } = findingFigures(asked, except);
  return rows(pool, sumRow, sql, [...values]);
}

function bySeverity(list: readonly z.output<typeof classRow>[]): Record<Severity, number> {
  const counts: Record<Severity, number> = { low: 0, medium: 0, high: 0 };
  for (const { severity, count } of list) counts[severityOfRank(severity)] += count;
  return counts;
}

function byPlace(list: readonly SumRow[]): ReadonlyMap<string, ReadonlyMap<number, readonly SumRow[]>> {
  const places = Map.groupBy(list, ({ place }) => place);
  return new Map([...places].map(([place, rowsOfPlace]) => [place, Map.groupBy(rowsOfPlace, ({ period }) => period)]));
}

/** Once for all who are compared with them: a county has hundreds of villages. */
function valuesOfAll(
  asked: AskedFigures,
  places: readonly ScorecardPlace[],
  counted: CountedRows,
  isOfAny: IsCounted = () => true,
): Counted['ofAll'] {
  const last = asked.periods.length - 1;
  return new Map(
    figuresOf(asked.kind).map((figure) => [
      figure.id,
      places.map(({ code }) => valueOf({ asked, rows: counted }, figure, code, last, isOfAny).value),
    ]),
  );
}

type IsCounted = (row: Pick<SumRow, 'township' | 'class'>) => boolean;

const isOfClasses =
  (reach: Reach): IsCounted =>
  ({ class: problemClass }) =>
    problemClass === undefined || reach.coversClass(problemClass);
const isOf =
  (reach: Reach): IsCounted =>
  (row) =>
    reach.covers(row.township === '' ? null : row.township) && isOfClasses(reach)(row);

/** Who sees some classes is compared by those: an average of all would make every place look better than the others. */
function comparedWithin(reach: Reach, counted: Counted): Counted {
  if (reach.problemClasses === null) return counted;
  return { ...counted, ofAll: valuesOfAll(counted.asked, counted.places, counted.rows, isOfClasses(reach)) };
}

/** With units that have records and no entry in the directory: they would be missing from the sum of all. */
function withUnknown(kind: PlaceKind, places: readonly ScorecardPlace[], bySource: Counted['rows']): readonly ScorecardPlace[] {
  if (kind === 'county') return places;
  const known = new Set(places.map(({ code }) => code));
  const found = new Map<string, ScorecardPlace>();
  for (const list of Object.values(bySource))
    for (const [code, ofPlace] of list)
      if (code !== '' && !known.has(code) && !found.has(code))
        found.set(code, {
          code,
          name: code,
          townshipCode: townshipOfUnknown(kind, code, [...ofPlace.values()][0]?.[0]),
          townshipName: null,
        });
  return [...places, ...[...found.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1))];
}

/** Of a unit that the directory lacks nobody can say where it belongs: seen with the whole county alone. */
function townshipOfUnknown(kind: PlaceKind, code: string, first: SumRow | undefined): string | null {
  if (kind === 'township') return code;
  return kind === 'village' && first && first.township !== '' ? first.township : null;
}

function timesOf({ asked, underWay }: Counted): ScorecardTimes {
  const { periods, nowMs } = asked;
  return { periods, unfinished: (periods.at(-1)?.beforeMs ?? 0) > nowMs, countedAtMs: nowMs, underWay };
}

function summaryOf(reach: Reach, { kind, period }: ScorecardQuestion, counted: Counted, place: ScorecardPlace): ScorecardSummary {
  const { asked, places, ofAll, starts } = counted;
  const last = asked.periods.length - 1;
  const position = places.indexOf(place);
  const figures = figuresOf(kind).map((figure): ComparedFigure => {
    const values = asked.periods.map((_, i) => valueOf(counted, figure, place.code, i, isOf(reach)));
    const own = values[last]?.value ?? null;
    const recorded = (index: number) => {
      const at = asked.periods[index];
      return at && isRecorded(starts, figure.source, at) ? (values[index] ?? null) : null;
    };
    const theirs = (ofAll.get(figure.id) ?? []).filter((_, i) => i !== position);
    return {
      id: figure.id,
      values,
      previous: recorded(last - 1),
      yearBefore: recorded(yearBefore(period, asked.periods)),
      peers: compareWithPeers(figure.better, own, theirs),
    };
  });
  return { ...place, figures };
}

/** @param index of the period */
function valueOf(
  { asked, rows: bySource }: Pick<Counted, 'asked' | 'rows'>,
  figure: FigureDefinition,
  code: string,
  index: number,
  isCounted: IsCounted,
): FigureValue {
  const ofSource = bySource[figure.source];
  if (ofSource === undefined) return UNKNOWN;
  const position =
    2 *
    figuresOf(asked.kind)
      .filter(({ source }) => source === figure.source)
      .indexOf(figure);
  let counted = 0;
  let of = 0;
  for (const row of ofSource.get(code)?.get(index + 1) ?? []) {
    if (!isCounted(row)) continue;
    const { sums } = row;
    counted += sums[position] ?? 0;
    of += sums[position + 1] ?? 0;
  }
  return figureValue(figure, counted, of);
}
