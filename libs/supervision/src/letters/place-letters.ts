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
import { isCampaignAtPlace } from '@tianyan/cases';
import type { EpochMs } from '@tianyan/kernel';
import { rows, type Pool } from '@tianyan/postgres';
import { IS_GIVEN, isLetterSeen, LETTER_COLUMNS, letterSchema, type Letter } from './letter-rows.js';

/**
 * Letters to a unit, and those that came from what was found about a unit, township or village, by when they were issued; within the reach of who
 * asks. A draft has no time of its own yet.
 */
export class PlaceLetters {
  constructor(private readonly pool: Pool) {}

  /** See `periodCounts`: the first is what was issued before all of them. */
  async perPeriod(reach: Reach, place: FindingPlace, bounds: PeriodBounds): Promise<readonly number[]> {
    const counted = await rows(
      this.pool,
      periodCountSchema,
      `SELECT ${periodSql('l.issued_at_ms', '$6')} AS period, count(*) AS count FROM supervision_letter l
       WHERE ${isLetterSeen('$1', '$2')} AND ${IS_GIVEN} AND ${isAboutPlace(place)} AND l.issued_at_ms < $7 GROUP BY 1`,
      [...valuesOf(reach, place), bounds.startsMs, bounds.beforeMs],
    );
    return periodCounts(counted, bounds);
  }

  /** Issued in [fromMs, beforeMs), the newest first. */
  async list(
    reach: Reach,
    place: FindingPlace,
    { fromMs, beforeMs, limit }: { fromMs: EpochMs; beforeMs: EpochMs; limit: number },
  ): Promise<readonly Letter[]> {
    return rows(
      this.pool,
      letterSchema,
      `SELECT ${LETTER_COLUMNS} FROM supervision_letter l WHERE ${isLetterSeen('$1', '$2')} AND ${IS_GIVEN} AND ${isAboutPlace(place)}
         AND l.issued_at_ms >= $6 AND l.issued_at_ms < $7 ORDER BY l.issued_at_ms DESC, l.id DESC LIMIT $8`,
      [...valuesOf(reach, place), fromMs, beforeMs, limit],
    );
  }
}

function isAboutPlace({ kind }: FindingPlace): string {
  const found = isAtPlace('f', kind, '$3', { orderIds: '$4', recordKeys: '$5' });
  const ways = [
    ...(kind === 'unit' ? ['l.unit_code = $3'] : []),
    `EXISTS (SELECT FROM finding f WHERE f.id = l.finding_id AND ${isShown('f')} AND ${found})`,
    `EXISTS (SELECT FROM clue_finding m JOIN finding f ON f.id = m.finding_id WHERE m.clue_id = l.clue_id AND ${isShown('f')} AND ${found})`,
    ...(kind === 'township'
      ? [
          `EXISTS (SELECT FROM supervision_campaign_task t WHERE t.id = l.campaign_task_id AND t.township_code = $3 AND t.order_id <> ALL($4::text[]))`,
        ]
      : []),
    `EXISTS (SELECT FROM clue c WHERE c.id = l.clue_id AND ${isCampaignAtPlace('c', kind, '$3', '$4')})`,
  ];
  return `(${ways.join(' OR ')})`;
}

const valuesOf = (reach: Reach, { code, except }: FindingPlace) => [reach.parameter, reach.userId, code, ...exceptValues(except)];
