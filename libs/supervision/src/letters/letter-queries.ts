import { withinUnits, type Reach, type UnitReach } from '@tianyan/access';
import { RefusedError, type EpochMs } from '@tianyan/kernel';
import { execute, inSnapshot, maybeRow, pageOf, rows, type ClientBase, type Page, type Pool } from '@tianyan/postgres';
import { LETTER_STATES, type LetterKind, type LetterState } from '../api/index.js';
import { neitherStaysAway, staysAway } from '../stays-away.js';
import { historyOf, isUnbroken, type StoredStep } from '../step-history.js';
import { letterStepSchema, type LetterFacts, type LetterStep } from './letter-facts.js';
import { isLetterSeen, IS_GIVEN, LETTER_COLUMNS, LETTER_SEEN, letterSchema, type Letter } from './letter-rows.js';
import { letterFactsOf } from './letter-writes.js';

export const MAX_SUPERVISION_PAGE = 200;
/** Shown beside a finding or a clue, and to a liaison at once: what a unit has in hand. */
const MAX_TOGETHER = 200;

export interface LetterFilter {
  states?: readonly LetterState[];
  kind?: LetterKind;
  unitCode?: string;
  /** By the county's clock: whose reply is overdue. */
  overdueAtMs?: EpochMs;
  /** Part of the title. */
  text?: string;
  /** Drafted from one of these findings or clues, or orders of campaigns. */
  originIds?: readonly string[];
}

export interface LetterDetail {
  letter: Letter;
  facts: LetterFacts;
  /** Oldest first. */
  steps: readonly StoredStep<LetterStep>[];
  /** Whether the history is as it was written. */
  unbroken: boolean;
}

const CURSOR = /^(\d{1,16})_([\w-]{1,200})$/;

/** What people see of letters: the commission's within their reach, liaisons what was given to their units. */
export class LetterQueries {
  constructor(private readonly pool: Pool) {}

  /** The last changed first. */
  async list(reach: Reach, filter: LetterFilter, page: { cursor: string | null; limit: number }): Promise<Page<Letter>> {
    const limit = Math.min(page.limit, MAX_SUPERVISION_PAGE);
    const [beforeMs, beforeId] = positionOf(page.cursor);
    const { states, kind, unitCode, overdueAtMs, text, originIds } = filter;
    const found = await rows(
      this.pool,
      letterSchema,
      `SELECT ${LETTER_COLUMNS} FROM supervision_letter l WHERE ${isLetterSeen('$1', '$11')} AND l.state = ANY($2) AND ($3::text IS NULL OR l.kind = $3)
         AND ($4::text IS NULL OR l.unit_code = $4) AND ($5::bigint IS NULL OR l.due_at_ms < $5) AND ($6::text IS NULL OR l.title ILIKE $6)
         AND ($7::text[] IS NULL OR l.finding_id = ANY($7) OR l.clue_id = ANY($7) OR l.campaign_task_id = ANY($7)) AND ($8::bigint IS NULL OR (l.changed_at_ms, l.id) < ($8, $9))
       ORDER BY l.changed_at_ms DESC, l.id DESC LIMIT $10`,
      [
        reach.parameter,
        states ?? LETTER_STATES,
        kind ?? null,
        unitCode ?? null,
        overdueAtMs ?? null,
        text ? likeOf(text) : null,
        originIds ?? null,
        beforeMs,
        beforeId,
        limit + 1,
        reach.userId,
      ],
    );
    return pageOf(found, limit, ({ changedAtMs, id }) => `${changedAtMs}_${id}`);
  }

  /** Null: there is none, or it lies out of reach. */
  get(reach: Reach, id: string): Promise<LetterDetail | null> {
    const sql = `SELECT ${LETTER_COLUMNS} FROM supervision_letter l WHERE l.id = $2 AND ${isLetterSeen('$1', '$3')}`;
    return inSnapshot(this.pool, async (client) =>
      detailOf(client, await maybeRow(client, letterSchema, sql, [reach.parameter, id, reach.userId])),
    );
  }

  /** Whether whoever asks has withdrawn from what it came from; asked of one that is seen. */
  isRecused({ userId }: Reach, id: string): Promise<boolean> {
    return staysAway(this.pool, { kind: 'letter', id }, userId);
  }

  /** Whether the deputy may act there in the place of whose reach it is: it is seen, and neither has withdrawn from what it came from. */
  async mayStandIn(principal: Reach, deputyId: string, id: string): Promise<boolean> {
    if ((await execute(this.pool, LETTER_SEEN, [principal.parameter, principal.userId, id])) === 0) return false;
    return neitherStaysAway(this.pool, { kind: 'letter', id }, [deputyId, principal.userId]);
  }

  /** What was given to the units, what waits for them first. */
  async listOfUnits(units: UnitReach): Promise<readonly Letter[]> {
    return rows(
      this.pool,
      letterSchema,
      `SELECT ${LETTER_COLUMNS} FROM supervision_letter l WHERE ${IS_GIVEN} AND ${withinUnits('l.unit_code', '$1')}
       ORDER BY l.due_at_ms NULLS LAST, l.changed_at_ms DESC, l.id LIMIT ${MAX_TOGETHER}`,
      [units.unitCodes],
    );
  }

  /** Null: there is none, or it was given to another unit. */
  getOfUnits(units: UnitReach, id: string): Promise<LetterDetail | null> {
    const sql = `SELECT ${LETTER_COLUMNS} FROM supervision_letter l WHERE l.id = $2 AND ${IS_GIVEN} AND ${withinUnits('l.unit_code', '$1')}`;
    return inSnapshot(this.pool, async (client) =>
      detailOf(client, await maybeRow(client, letterSchema, sql, [units.unitCodes, id])),
    );
  }
}

async function detailOf(client: ClientBase, letter: Letter | null): Promise<LetterDetail | null> {
  if (!letter) return null;
  const owner = { kind: 'letter', id: letter.id } as const;
  const steps = await historyOf(client, owner, letterStepSchema);
  return { letter, facts: letterFactsOf(steps), steps, unbroken: isUnbroken(owner, steps, letter.headHash) };
}

export const likeOf = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

/** Throws RefusedError('invalid') for a cursor that is none. */
export function positionOf(cursor: string | null): readonly [string | null, string | null] {
  if (cursor === null) return [null, null];
  const [, atMs, id] = CURSOR.exec(cursor) ?? [];
  if (atMs === undefined || id === undefined) throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询。');
  return [atMs, id];
}
