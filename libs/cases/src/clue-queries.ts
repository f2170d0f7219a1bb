import { ASKED_REACHES, askedReaches, reachesParameter, type Reach } from '@tianyan/access';
import { isShown } from '@tianyan/findings';
import { RefusedError, type EpochMs } from '@tianyan/kernel';
import { inSnapshot, maybeRow, pageOf, rows, type Page, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { CLUE_STATES, FORMS, OVER_STATES, type ClueState, type Form } from './api/index.js';
import { CLUE_COLUMNS, clueNumber, clueSchema, isSeen, takenStep, type Clue, type ClueStep } from './clue-rows.js';
import { stepsOf } from './clue-writes.js';
import type { Urgency } from './deadlines.js';
import type { ClueFacts } from './machine/facts.js';
import { factsOf } from './machine/machine.js';
import { recusedFrom } from './recusals.js';
import { isUnbroken } from './step-chain.js';

export const MAX_CLUE_PAGE = 200;
/** Shown beside a finding or a clue. */
const MAX_RELATED_CLUES = 20;

export interface ClueFilter {
  states?: readonly ClueState[];
  assigneeId?: string;
  /** By the county's clock: up to when a deadline is near. */
  urgency?: { kind: Urgency; nowMs: EpochMs; soonMs: EpochMs };
  /** Part of the number or the title. */
  text?: string;
}

/** Whom a clue is about: personal data. */
export interface CluePerson {
  id: string;
  name: string;
  unit: string;
  post: string | null;
  form: Form | null;
  measure: string | null;
}

export interface ClueDetail {
  clue: Clue;
  facts: ClueFacts;
  /** Oldest first. */
  steps: readonly ClueStep[];
  people: readonly CluePerson[];
  /** Those within reach. */
  linked: readonly Clue[];
  /** Of the clues that its steps name, those that whoever asks may see. */
  seenOtherIds: ReadonlySet<string>;
  /** Whether the history is as it was written. */
  unbroken: boolean;
}

/** What an account has in hand. */
export interface Workload {
  open: number;
  overdue: number;
}

const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  unit: z.string(),
  post: z.string().nullable(),
  form: z.enum(FORMS).nullable(),
  measure: z.string().nullable(),
});
const idSchema = z.object({ id: z.string() });
const seeingSchema = z.object({ user_id: z.string() });
const countSchema = z.object({ state: z.enum(CLUE_STATES), count: z.int() });
const loadSchema = z.object({ assignee_id: z.string(), open: z.int(), overdue: z.int() });
const memberSchema = z.object({
  finding_id: z.string(),
  clue_id: z.string(),
  year: z.int(),
  number: z.int(),
  state: z.enum(CLUE_STATES),
});

const CURSOR = /^(\d{1,16})_([\w-]{1,200})$/;

/** What people see of clues, each within the reach of who asks: what lies outside is answered like what does not exist. */
export class ClueQueries {
  constructor(private readonly pool: Pool) {}

  /** The last changed first. */
  async list(reach: Reach, filter: ClueFilter, page: { cursor: string | null; limit: number }): Promise<Page<Clue>> {
    const limit = Math.min(page.limit, MAX_CLUE_PAGE);
    const [beforeMs, beforeId] = positionOf(page.cursor);
    const found = await rows(
      this.pool,
      clueSchema,
      `SELECT ${CLUE_COLUMNS} FROM clue c WHERE ${isSeen('$1', '$2')} AND ${FILTERED}
         AND ($9::bigint IS NULL OR (c.changed_at_ms, c.id) < ($9, $10)) ORDER BY c.changed_at_ms DESC, c.id DESC LIMIT $11`,
      [...valuesOf(reach, filter), beforeMs, beforeId, limit + 1],
    );
    return pageOf(found, limit, ({ changedAtMs, id }) => `${changedAtMs}_${id}`);
  }

  /** All of them as they stand at one instant, in the order of their numbers; one more than `most` where there are more. */
  async ledger(reach: Reach, filter: ClueFilter, most: number): Promise<readonly Clue[]> {
    return rows(
      this.pool,
      clueSchema,
      `SELECT ${CLUE_COLUMNS} FROM clue c WHERE ${isSeen('$1', '$2')} AND ${FILTERED} ORDER BY c.year, c.number LIMIT $9`,
      [...valuesOf(reach, filter), most + 1],
    );
  }

  async counts(reach: Reach, filter: ClueFilter): Promise<ReadonlyMap<ClueState, number>> {
    const counted = await rows(
      this.pool,
      countSchema,
      `SELECT c.state, count(*)::int AS count FROM clue c WHERE ${isSeen('$1', '$2')} AND ${FILTERED} GROUP BY c.state`,
      valuesOf(reach, filter),
    );
    return new Map(counted.map(({ state, count }) => [state, count]));
  }

  /** Null: there is none, or it lies out of reach. */
  async get(reach: Reach, id: string): Promise<ClueDetail | null> {
    return inSnapshot(this.pool, async (client) => {
      const sql = `SELECT ${CLUE_COLUMNS} FROM clue c WHERE c.id = $3 AND ${isSeen('$1', '$2')}`;
      const clue = await maybeRow(client, clueSchema, sql, [reach.parameter, reach.userId, id]);
      if (!clue) return null;
      const steps = await stepsOf(client, id);
      const facts = factsOf(steps.map(takenStep), (await recusedFrom(client, [id])).get(id));
      if (!facts) throw new Error(`clue ${id} has no history`);
      const people = await rows(client, personSchema, 'SELECT * FROM clue_person WHERE clue_id = $1 ORDER BY id', [id]);
      const linked = await rows(
        client,
        clueSchema,
        `SELECT ${CLUE_COLUMNS} FROM clue c JOIN clue_link l ON c.id IN (l.other_id, l.clue_id)
         WHERE $3 IN (l.clue_id, l.other_id) AND c.id <> $3 AND ${isSeen('$1', '$2')} ORDER BY c.id`,
        [reach.parameter, reach.userId, id],
      );
      const named = steps.flatMap(({ content }) => ('otherId' in content ? [content.otherId] : []));
      const others = await rows(client, idSchema, `SELECT c.id FROM clue c WHERE c.id = ANY($3) AND ${isSeen('$1', '$2')}`, [
        reach.parameter,
        reach.userId,
        named,
      ]);
      const seenOtherIds = new Set(others.map((other) => other.id));
      return { clue, facts, steps, people, linked, seenOtherIds, unbroken: isUnbroken(steps, clue.headHash) };
    });
  }

  /** Who has withdrawn from a clue within the reach of who asks, or from one that it came from. */
  async recusedFrom(reach: Reach, id: string): Promise<ReadonlySet<string>> {
    const sql = `SELECT c.id FROM clue c WHERE c.id = $3 AND ${isSeen('$1', '$2')}`;
    const seen = await maybeRow(this.pool, idSchema, sql, [reach.parameter, reach.userId, id]);
    return (seen && (await recusedFrom(this.pool, [seen.id])).get(seen.id)) ?? new Set<string>();
  }

  /** Ids of those who see the clue: for whom it may be announced. */
  async seenBy(reaches: readonly Reach[], id: string): Promise<ReadonlySet<string>> {
    const seeing = await rows(
      this.pool,
      seeingSchema,
      `SELECT ${ASKED_REACHES.userId} FROM ${askedReaches('$2')}, clue c WHERE c.id = $1 AND ${isSeen(ASKED_REACHES.reach, ASKED_REACHES.userId)}`,
      [id, reachesParameter(reaches)],
    );
    return new Set(seeing.map(({ user_id: userId }) => userId));
  }

  /** Of findings within the reach of who asks: the clue that each is worked on in. A clue that lies out of reach is left out. */
  async ofFindings(
    reach: Reach,
    findingIds: readonly string[],
  ): Promise<ReadonlyMap<string, { id: string; number: string; state: ClueState }>> {
    const members = await rows(
      this.pool,
      memberSchema,
      `SELECT m.finding_id, m.clue_id, c.year, c.number, c.state FROM clue_finding m JOIN clue c ON c.id = m.clue_id
       WHERE m.finding_id = ANY($3) AND ${isSeen('$1', '$2')}`,
      [reach.parameter, reach.userId, findingIds],
    );
    return new Map(
      members.map(({ finding_id: findingId, clue_id: id, year, number, state }) => [
        findingId,
        { id, number: clueNumber(year, number), state },
      ]),
    );
  }

  /** Other clues about the same thing as one of the findings, the newest first. */
  async aboutTheSame(reach: Reach, findingIds: readonly string[]): Promise<readonly Clue[]> {
    return rows(
      this.pool,
      clueSchema,
      `SELECT ${CLUE_COLUMNS} FROM clue c WHERE ${isSeen('$1', '$2')} AND c.state NOT IN ('merged', 'cancelled')
         AND EXISTS (SELECT FROM clue_finding m JOIN finding f ON f.id = m.finding_id JOIN finding asked ON asked.subject_key = f.subject_key
           WHERE m.clue_id = c.id AND asked.id = ANY($3) AND ${isShown('f')} AND ${isShown('asked')})
         AND NOT EXISTS (SELECT FROM clue_finding m WHERE m.clue_id = c.id AND m.finding_id = ANY($3))
       ORDER BY c.year DESC, c.number DESC LIMIT ${MAX_RELATED_CLUES}`,
      [reach.parameter, reach.userId, findingIds],
    );
  }

  /** By account: what it has in hand in the whole county, of which nothing but the number is told. */
  async workloads(nowMs: EpochMs): Promise<ReadonlyMap<string, Workload>> {
    const loads = await rows(
      this.pool,
      loadSchema,
      `SELECT assignee_id, count(*)::int AS open, (count(*) FILTER (WHERE due_at_ms < $1 AND paused_at_ms IS NULL))::int AS overdue
       FROM clue WHERE assignee_id IS NOT NULL AND state <> ALL($2) GROUP BY assignee_id`,
      [nowMs, OVER_STATES],
    );
    return new Map(loads.map(({ assignee_id: id, open, overdue }) => [id, { open, overdue }]));
  }
}

/** Parameters from `$3` to `$8`: see {@link valuesOf}. */
const FILTERED = `($3::text[] IS NULL OR c.state = ANY($3)) AND ($4::text IS NULL OR c.assignee_id = $4)
  AND ($5::text IS NULL OR (c.paused_at_ms IS NULL AND CASE WHEN $5 = 'overdue' THEN c.due_at_ms < $6::bigint
    ELSE c.due_at_ms >= $6 AND c.due_at_ms <= $7::bigint END))
  AND ($8::text IS NULL OR c.title ILIKE $8 OR '线索〔' || c.year || '〕' || lpad(c.number::text, greatest(4, length(c.number::text)), '0') || '号' ILIKE $8)`;

function valuesOf(reach: Reach, { states, assigneeId, urgency, text }: ClueFilter): unknown[] {
  return [
    reach.parameter,
    reach.userId,
    states ?? null,
    assigneeId ?? null,
    urgency?.kind ?? null,
    urgency?.nowMs ?? null,
    urgency?.soonMs ?? null,
    text ? `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%` : null,
  ];
}

function positionOf(cursor: string | null): readonly [string | null, string | null] {
  if (cursor === null) return [null, null];
  const [, atMs, id] = CURSOR.exec(cursor) ?? [];
  if (atMs === undefined || id === undefined) throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询。');
  return [atMs, id];
}
