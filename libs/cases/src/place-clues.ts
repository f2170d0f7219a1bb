import type { Reach } from '@tianyan/access';
import {
  exceptValues,
  isAtPlace,
  isShown,
  periodCounts,
  periodCountSchema,
  periodSql,
  type FindingPlace,
  type PeriodBounds,
} from '@tianyan/findings';
import { rows, type Pool } from '@tianyan/postgres';
import type { EpochMs } from '@tianyan/kernel';
import { CLUE_COLUMNS, clueSchema, isSeen, type Clue } from './clue-rows.js';

/** Clues with a finding, or a campaign's problem, about a unit, township or village, by when they were registered; within the reach of who asks. */
export class PlaceClues {
  constructor(private readonly pool: Pool) {}

  /** See `periodCounts`: the first is what was registered before all of them. */
  async perPeriod(reach: Reach, place: FindingPlace, bounds: PeriodBounds): Promise<readonly number[]> {
    const counted = await rows(
      this.pool,
      periodCountSchema,
      `SELECT ${periodSql('c.registered_at_ms', '$6')} AS period, count(*) AS count FROM clue c
       WHERE ${isSeen('$1', '$2')} AND ${isAboutPlace(place)} AND c.registered_at_ms < $7 GROUP BY 1`,
      [...valuesOf(reach, place), bounds.startsMs, bounds.beforeMs],
    );
    return periodCounts(counted, bounds);
  }

  /** Registered in [fromMs, beforeMs), the newest first. */
  async list(
    reach: Reach,
    place: FindingPlace,
    { fromMs, beforeMs, limit }: { fromMs: EpochMs; beforeMs: EpochMs; limit: number },
  ): Promise<readonly Clue[]> {
    return rows(
      this.pool,
      clueSchema,
      `SELECT ${CLUE_COLUMNS} FROM clue c WHERE ${isSeen('$1', '$2')} AND ${isAboutPlace(place)}
         AND c.registered_at_ms >= $6 AND c.registered_at_ms < $7 ORDER BY c.registered_at_ms DESC, c.id DESC LIMIT $8`,
      [...valuesOf(reach, place), fromMs, beforeMs, limit],
    );
  }
}

function isAboutPlace({ kind }: FindingPlace): string {
  const found = isAtPlace('f', kind, '$3', { orderIds: '$4', recordKeys: '$5' });
  return `(EXISTS (SELECT FROM clue_finding m JOIN finding f ON f.id = m.finding_id WHERE m.clue_id = c.id AND ${isShown('f')} AND ${found})
    OR ${isCampaignAtPlace('c', kind, '$3', '$4')})`;
}

const CAMPAIGN_COLUMNS = { unit: 'campaign_unit_code', township: 'campaign_township_code' } as const;

/**
 * Whether a clue was registered of a campaign's problem of the place. Where in it the village lies nobody has said.
 * @param alias of the table `clue`
 * @param code placeholder of the place's code
 * @param orderIds placeholder of the orders that are left out, see `exceptValues`
 */
export function isCampaignAtPlace(alias: string, kind: FindingPlace['kind'], code: `$${number}`, orderIds: `$${number}`): string {
  if (kind === 'village') return 'false';
  return `(${alias}.${CAMPAIGN_COLUMNS[kind]} = ${code} AND ${alias}.campaign_order_id <> ALL(${orderIds}::text[]))`;
}

const valuesOf = (reach: Reach, { code, except }: FindingPlace) => [reach.parameter, reach.userId, code, ...exceptValues(except)];
