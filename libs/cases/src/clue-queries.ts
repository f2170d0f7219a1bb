import type { Reach } from '@tianyan/access';
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
      `SELECT ${CLUE_COLUMNS} FROM clue c WHERE ${isSeen('$1')} AND ${FILTERED}
         AND ($8::bigint IS NULL OR (c.changed_at_ms, c.id) < ($8, $9)) ORDER BY c.changed_at_ms DESC, c.id DESC LIMIT $10`,
      [...valuesOf(reach, filter), beforeMs, beforeId, limit + 1],
    );
    return pageOf(found, limit, ({ changedAtMs, id }) => `${changedAtMs}_${id}`);
  }

  async counts(reach: Reach, filter: ClueFilter): Promise<ReadonlyMap<ClueState, number>> {
    const counted = await rows(
      this.pool,
      countSchema,
      `SELECT c.state, count(*)::int AS count FROM clue c WHERE ${isSeen('$1')} AND ${FILTERED} GROUP BY c.state`,
      valuesOf(reach, filter),
    );
    return new Map(counted.map(({ state, count }) => [state, count]));
  }

  /** Null: there is none, or it lies out of reach. */
  async get(reach: Reach, id: string): Promise<ClueDetail | null> {
    return inSnapshot(this.pool, async (client) => {
      const sql = `SELECT ${CLUE_COLUMNS} FROM clue c WHERE c.id = $2 AND ${isSeen('$1')}`;
      const clue = await maybeRow(client, clueSchema, sql, [reach.townshipCodes, id]);
      if (!clue) return null;
      const steps = await stepsOf(client, id);
      const facts = factsOf(steps.map(takenStep));
      if (!facts) throw new Error(`clue ${id} has no history`);
      const people = await rows(client, personSchema, 'SELECT * FROM clue_person WHERE clue_id = $1 ORDER BY id', [id]);
      const linked = await rows(
        client,
        clueSchema,
        `SELECT ${CLUE_COLUMNS} FROM clue c JOIN clue_link l ON c.id IN (l.other_id, l.clue_id)
         WHERE $2 IN (l.clue_id, l.other_id) AND c.id <> $2 AND ${isSeen('$1')} ORDER BY c.id`,
        [reach.townshipCodes, id],
      );
      return { clue, facts, steps, people, linked, unbroken: isUnbroken(steps, clue.headHash) };
    });
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
       WHERE m.finding_id = ANY($2) AND ${isSeen('$1')}`,
      [reach.townshipCodes, findingIds],
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
      `SELECT ${CLUE_COLUMNS} FROM clue c WHERE ${isSeen('$1')} AND c.state NOT IN ('merged', 'cancelled')
         AND EXISTS (SELECT FROM clue_finding m JOIN finding f ON f.id = m.finding_id JOIN finding asked ON asked.subject_key = f.subject_key
           WHERE m.clue_id = c.id AND asked.id = ANY($2) AND ${isShown('f')} AND ${isShown('asked')})
         AND NOT EXISTS (SELECT FROM clue_finding m WHERE m.clue_id = c.id AND m.finding_id = ANY($2))
       ORDER BY c.year DESC, c.number DESC LIMIT ${MAX_RELATED_CLUES}`,
      [reach.townshipCodes, findingIds],
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

/** Parameters from `$2` to `$7`: see {@link valuesOf}. */
const FILTERED = `($2::text[] IS NULL OR c.state = ANY($2)) AND ($3::text IS NULL OR c.assignee_id = $3)
  AND ($4::text IS NULL OR (c.paused_at_ms IS NULL AND CASE WHEN $4 = 'overdue' THEN c.due_at_ms < $5::bigint
    ELSE c.due_at_ms >= $5 AND c.due_at_ms <= $6::bigint END))
  AND ($7::text IS NULL OR c.title ILIKE $7 OR '线索〔' || c.year || '〕' || lpad(c.number::text, greatest(4, length(c.number::text)), '0') || '号' ILIKE $7)`;

function valuesOf(reach: Reach, { states, assigneeId, urgency, text }: ClueFilter): unknown[] {
  return [
    reach.townshipCodes,
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
