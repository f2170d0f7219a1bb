import { isAllowed, Reach, type Actor, type AuditLog } from '@tianyan/access';
import type { PlaceClues } from '@tianyan/cases';
import {
  FINDING_STATUSES,
  periodsUpTo,
  type FindingPlace,
  type FindingPlaces,
  type Places,
  type ScorecardPeriod,
  type ScorecardPlace,
} from '@tianyan/findings';
import { chinaDayOf, DAY_MS, RefusedError, startOfChinaDayMs, type Clock, type EpochMs } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import type { PlaceLetters } from '@tianyan/supervision';
import {
  PLACE_KIND_LABELS,
  PLACE_MONTHS,
  type PagedPlaceKind,
  type PlaceDay,
  type PlaceMonth,
  type PlaceMonthCounts,
  type PlacePage,
} from '../api/index.js';
import type { ConfidentialRecords } from '../findings/confidential-records.js';
import type { FindingCases } from '../findings/finding-cases.js';
import type { HiddenOrders } from '../findings/hidden-orders.js';
import { dayItem, shownClue, shownLetter } from './place-answers.js';
import type { AskedPlace, PlaceRecords } from './place-records.js';

/** Of each kind shown in a month; the lists of the console have the others. */
const MAX_IN_MONTH = 100;
/** Records shown of a day: a large unit takes some hundred steps. */
const MAX_IN_DAY = 300;

const STANDING = FINDING_STATUSES.filter((status) => status !== 'withdrawn');

/** A place within reach, and who asks for it. */
interface Opened extends AskedPlace {
  actor: Actor;
  place: ScorecardPlace;
  findingPlace: FindingPlace;
}

/**
 * All that is known of a unit, township or village on one axis of time, within the reach of who asks; what lies outside is answered like what does
 * not exist.
 */
export class PlaceCases {
  constructor(
    private readonly parts: {
      places: Places;
      records: PlaceRecords;
      findingPlaces: FindingPlaces;
      findings: FindingCases;
      clues: PlaceClues;
      letters: PlaceLetters;
      confidential: ConfidentialRecords;
      hidden: HiddenOrders;
      names: NamesDirectory;
      audit: AuditLog;
      countyClock: Clock;
    },
  ) {}

  /** Months with what there is in each. Who opens a page that no finding led to is on record. */
  async page(actor: Actor, kind: PagedPlaceKind, code: string, back: number): Promise<PlacePage> {
    const opened = await this.open(actor, kind, code);
    await this.parts.audit.record(actor, { action: 'read-timeline', object: `${kind}/${code}` });
    const periods = periodsUpTo('month', this.parts.countyClock.nowMs(), back).slice(-PLACE_MONTHS);
    const counts = await this.countsOf(opened, periods);
    const { name, townshipCode, townshipName } = opened.place;
    const kindLabel = PLACE_KIND_LABELS[kind];
    return { kind, kindLabel, code, name, townshipCode, townshipName, ...counts };
  }

  /** What came about in a month; what was recorded is told by day. */
  async month(actor: Actor, kind: PagedPlaceKind, code: string, month: string): Promise<PlaceMonth> {
    const opened = await this.open(actor, kind, code);
    const days = daysOf(month);
    const fromMs = days[0] ?? 0;
    const beforeMs = startOfChinaDayMs(chinaDayOf((days.at(-1) ?? 0) + DAY_MS));
    const range = { fromMs, beforeMs, limit: MAX_IN_MONTH + 1 };
    const [counts, findings, clues, letters] = await Promise.all([
      this.parts.records.counts(opened, { startsMs: days, beforeMs }),
      this.findingsIn(opened, range),
      this.mayReadClues(actor) ? this.parts.clues.list(opened.reach, opened.findingPlace, range) : [],
      this.mayReadLetters(actor) ? this.parts.letters.list(opened.reach, opened.findingPlace, range) : [],
    ]);
    const lists = { findings, clues, letters };
    return {
      month,
      days: days
        .flatMap((atMs, i) => {
          const records = counts.flatMap(({ contract: { type, label }, perPeriod }) => {
            const count = perPeriod[i] ?? 0;
            return count === 0 ? [] : [{ type, label, count }];
          });
          return records.length === 0 ? [] : [{ day: chinaDayOf(atMs), records }];
        })
        .toReversed(),
      findings: findings.slice(0, MAX_IN_MONTH),
      clues: clues.slice(0, MAX_IN_MONTH).map(shownClue),
      letters: letters.slice(0, MAX_IN_MONTH).map((letter) => shownLetter(letter, opened.directory)),
      truncated: (['findings', 'clues', 'letters'] as const).filter((list) => lists[list].length > MAX_IN_MONTH),
    };
  }

  /** What was recorded on a day; which days somebody has read is on record. */
  async day(actor: Actor, kind: PagedPlaceKind, code: string, day: string): Promise<PlaceDay> {
    const opened = await this.open(actor, kind, code);
    await this.parts.audit.record(actor, { action: 'read-timeline', object: `${kind}/${code}/${day}` });
    const fromMs = startOfChinaDayMs(day);
    const found = await this.parts.records.between(opened, { fromMs, beforeMs: fromMs + DAY_MS, limit: MAX_IN_DAY });
    const records = found.slice(0, MAX_IN_DAY);
    const closed = await this.parts.confidential.closed(records);
    return {
      day,
      items: records.map((record, i) => dayItem(record, closed[i] ?? null, opened.directory)),
      truncated: found.length > MAX_IN_DAY,
    };
  }

  private async open(actor: Actor, kind: PagedPlaceKind, code: string): Promise<Opened> {
    const reach = Reach.of(actor);
    const [directory, place] = await Promise.all([this.parts.names.refresh(), this.parts.places.find(reach, kind, code)]);
    if (!place) throw new RefusedError('not-found', '没有这个单位、乡镇或村，或不在您的管辖范围内。');
    const asked = { reach, directory, kind, code };
    const except = await this.parts.hidden.at(kind, [code]);
    return { ...asked, actor, place, findingPlace: { kind, code, except } };
  }

  private async countsOf(opened: Opened, periods: readonly ScorecardPeriod[]): Promise<Pick<PlacePage, 'months' | 'hasEarlier'>> {
    const { actor, reach, findingPlace } = opened;
    const bounds = { startsMs: periods.map(({ fromMs }) => fromMs), beforeMs: periods.at(-1)?.beforeMs ?? 0 };
    const [byType, hasRecordsBefore, findings, clues, letters] = await Promise.all([
      this.parts.records.counts(opened, bounds),
      this.parts.records.hasBefore(opened, periods[0]?.fromMs ?? 0),
      this.parts.findingPlaces.perPeriod(reach, findingPlace, bounds),
      this.mayReadClues(actor) ? this.parts.clues.perPeriod(reach, findingPlace, bounds) : null,
      this.mayReadLetters(actor) ? this.parts.letters.perPeriod(reach, findingPlace, bounds) : null,
    ]);
    const recordsOf = (i: number) => byType.reduce((sum, { perPeriod }) => sum + (perPeriod[i] ?? 0), 0);
    const months = periods.map(({ key: month, fromMs, beforeMs }, i): PlaceMonthCounts => {
      const period = i + 1;
      return {
        month,
        fromMs,
        beforeMs,
        records: recordsOf(i),
        findings: findings[period] ?? 0,
        clues: clues && (clues[period] ?? 0),
        letters: letters && (letters[period] ?? 0),
      };
    });
    const earlier = (findings[0] ?? 0) + (clues?.[0] ?? 0) + (letters?.[0] ?? 0);
    return { months: months.toReversed(), hasEarlier: hasRecordsBefore || earlier > 0 };
  }

  private findingsIn(
    { actor, kind, code, findingPlace: { except } }: Opened,
    { fromMs, beforeMs, limit }: { fromMs: EpochMs; beforeMs: EpochMs; limit: number },
  ) {
    const of = { unit: { unitIds: [code] }, township: { townshipCodes: [code] }, village: { villageCodes: [code] } }[kind];
    const filter = { ...of, except, statuses: STANDING, occurredFromMs: fromMs, occurredBeforeMs: beforeMs };
    return this.parts.findings.occurred(actor, filter, limit);
  }

  private mayReadClues({ user }: Actor): boolean {
    return isAllowed(user.role, 'read-clues');
  }

  private mayReadLetters({ user }: Actor): boolean {
    return isAllowed(user.role, 'read-supervision');
  }
}

/** When each day of a month `YYYY-MM` begins in China. */
function daysOf(month: string): EpochMs[] {
  const days: EpochMs[] = [];
  for (let atMs = startOfChinaDayMs(`${month}-01`); chinaDayOf(atMs).startsWith(month); atMs += DAY_MS) days.push(atMs);
  return days;
}
