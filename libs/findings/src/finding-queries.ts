import type { EpochMs } from '@tianyan/kernel';
import type pg from 'pg';
import type { Severity } from '@tianyan/rules';
import type { FindingDetail, FindingStatus, FindingSummary } from './model.js';

/** All given conditions must hold; an empty list is no condition. */
export interface FindingFilter {
  statuses?: readonly FindingStatus[];
  ruleIds?: readonly string[];
  problemClasses?: readonly string[];
  severities?: readonly Severity[];
  townshipCodes?: readonly string[];
  villageCodes?: readonly string[];
  unitIds?: readonly string[];
  /** Part of the explanation, the scope or a subject; case-insensitive. */
  text?: string;
  /** Problem came about in [occurredFromMs, occurredBeforeMs). */
  occurredFromMs?: EpochMs;
  occurredBeforeMs?: EpochMs;
}

export type FindingOrder = 'lastChangedAtMs' | 'occurredAtMs' | 'severity';

export interface FindingPage {
  items: readonly FindingSummary[];
  /** Opaque; null on the last page. */
  nextCursor: string | null;
}

export interface FindingCounts {
  total: number;
  byStatus: Readonly<Record<FindingStatus, number>>;
  byClass: readonly { problemClass: string; count: number }[];
  byRule: readonly { ruleId: string; title: string; count: number }[];
  byTownship: readonly { townshipCode: string; count: number }[];
  bySeverity: readonly { severity: Severity; count: number }[];
}

export interface FindingTrendDay {
  /** China calendar day, `YYYY-MM-DD`. */
  day: string;
  /** Opened and reopened by the data. */
  opened: number;
  withdrawn: number;
}

export const MAX_PAGE_SIZE = 200;

/** Reads for the console. Every list is bounded and paged by key. */
export class FindingQueries {
  constructor(private readonly pool: pg.Pool) {}

  /** Newest first by `order`. Throws RefusedError('invalid') for a cursor of another order or a spoilt one. */
  async list(filter: FindingFilter, page: { order?: FindingOrder; cursor?: string | null; limit?: number }): Promise<FindingPage> {
    throw new Error(`not written yet: ${[this.pool, filter, page].length}`);
  }

  /** With its history; null if there is none. */
  async get(id: string): Promise<FindingDetail | null> {
    throw new Error(`not written yet: ${id}`);
  }

  async counts(filter: FindingFilter): Promise<FindingCounts> {
    throw new Error(`not written yet: ${JSON.stringify(filter)}`);
  }

  /** Per China day of the county's time, every day of [fromMs, beforeMs) present, at most 400 days. */
  async trend(filter: Pick<FindingFilter, 'townshipCodes' | 'ruleIds'>, range: { fromMs: EpochMs; beforeMs: EpochMs }): Promise<readonly FindingTrendDay[]> {
    throw new Error(`not written yet: ${JSON.stringify([filter, range])}`);
  }
}
