import type { Reach } from '@tianyan/access';
import { execute, inSnapshot, rows, type Pool } from '@tianyan/postgres';
import { applyFilter, Conditions, type FindingFilter } from './finding-conditions.js';
import { listedSchema, SUMMARY_COLUMNS } from './finding-rows.js';
import type { FindingSummary } from './model.js';

/** A text that stands nowhere is looked for in all findings: whoever waits longer than this says more of what is looked for. */
const MAX_SEARCH_MS = 2_000;

/** Looks for findings by what people type, within the reach of who asks. */
export class FindingSearch {
  constructor(private readonly pool: Pool) {}

  /**
   * The one with this id first, then those that the text stands in, the last changed first. What of them may be shown is the caller's to see.
   * Throws what {@link isOutOfTime} of libs/postgres knows after {@link MAX_SEARCH_MS}.
   */
  async find(reach: Reach, text: string, limit: number): Promise<readonly FindingSummary[]> {
    return inSnapshot(this.pool, async (client) => {
      await execute(client, `SET LOCAL statement_timeout = ${MAX_SEARCH_MS}`);
      const found: FindingSummary[] = [];
      for (const filter of [{ ids: [text] }, { text }] satisfies FindingFilter[]) {
        const where = new Conditions(reach);
        applyFilter(where, filter);
        const sql = `SELECT ${SUMMARY_COLUMNS}, f.last_changed_at_ms AS key FROM finding f ${where.sql()}
          ORDER BY f.last_changed_at_ms DESC, f.id DESC LIMIT ${where.value(limit)}`;
        for (const { finding } of await rows(client, listedSchema, sql, where.values))
          if (found.every(({ id }) => id !== finding.id)) found.push(finding);
      }
      return found;
    });
  }
}
