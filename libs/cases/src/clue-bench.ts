import { isAllowed, type Reach, type Role } from '@tianyan/access';
import type { EpochMs } from '@tianyan/kernel';
import { inSnapshot, row, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { OVER_STATES, type AskedStep, type ClueState } from './api/index.js';
import { CLUE_COLUMNS, clueSchema, clueStepSchema, isSeen, STEP_COLUMNS, takenStep, type Clue } from './clue-rows.js';
import type { ClueFacts, RungAction } from './machine/facts.js';
import { actionFor, factsOf, refusalOfSignatories } from './machine/machine.js';
import { STEP_TABLE } from './machine/step-table.js';
import { recusedFrom } from './recusals.js';

/** In these states a clue waits for a step of somebody else than its handler. */
const AWAITED_STEPS = {
  registered: 'assign',
  'awaiting-approval': 'approve',
  'awaiting-acceptance': 'accept',
  'awaiting-reopening': 'approve-reopening',
  concluding: 'close',
} as const satisfies Readonly<Partial<Record<ClueState, AskedStep>>>;

const RUNG_ACTIONS: readonly RungAction[] = ['manage-clues', 'approve-clues'];

/** Whose history is read to see who may take the step: those with the nearest deadlines. */
const MAX_LOOKED_AT = 200;

export interface ClueInHand {
  total: number;
  overdue: number;
  dueToday: number;
  /** The nearest deadline first. */
  clues: readonly Clue[];
}

export interface AwaitedClue {
  clue: Clue;
  step: AskedStep;
  /** By which it is judged who else may take the step. */
  facts: ClueFacts;
}

const countsSchema = z.object({ total: z.int(), overdue: z.int(), due_today: z.int() });

/** What of clues is one person's to do, within the person's reach. */
export class ClueBench {
  constructor(private readonly pool: Pool) {}

  /**
   * Clues that the person handles and that are not over.
   * @param today the county's: its beginning is not asked for, what ran out before now is overdue
   */
  async inHand(
    reach: Reach,
    userId: string,
    { nowMs, todayEndsMs }: { nowMs: EpochMs; todayEndsMs: EpochMs },
    limit: number,
  ): Promise<ClueInHand> {
    const of = `FROM clue c WHERE c.assignee_id = $2 AND c.state <> ALL($3) AND ${isSeen('$1', '$2')}`;
    const values = [reach.parameter, userId, OVER_STATES];
    return inSnapshot(this.pool, async (client) => {
      const counts = await row(
        client,
        countsSchema,
        `SELECT count(*)::int AS total, (count(*) FILTER (WHERE ${RUNS} AND c.due_at_ms < $4))::int AS overdue,
           (count(*) FILTER (WHERE ${RUNS} AND c.due_at_ms >= $4 AND c.due_at_ms <= $5))::int AS due_today ${of}`,
        [...values, nowMs, todayEndsMs],
      );
      const clues = await rows(client, clueSchema, `SELECT ${CLUE_COLUMNS} ${of} ${BY_DEADLINE} LIMIT $4`, [...values, limit]);
      return { total: counts.total, overdue: counts.overdue, dueToday: counts.due_today, clues };
    });
  }

  /**
   * Clues that wait for a step which the person may take now: the role allows it, and nothing that the person did before forbids it. In the place of
   * another it is that one's role, and what either did before.
   */
  async awaiting(
    reach: Reach,
    { userId, role, forId }: { userId: string; role: Role; forId?: string },
    limit: number,
  ): Promise<{ items: readonly AwaitedClue[]; truncated: boolean }> {
    const steps = new Map<ClueState, AskedStep>(
      Object.entries(AWAITED_STEPS)
        // Which role approves is said by the rung, and asked of each clue.
        .filter(([, step]) => isAllowed(role, step === 'approve' ? 'manage-clues' : STEP_TABLE[step].action))
        .map(([state, step]) => [state as ClueState, step]), // the keys of the table are states
    );
    if (steps.size === 0) return { items: [], truncated: false };
    const mayExtend = isAllowed(role, STEP_TABLE['approve-extension'].action);
    const rungs = RUNG_ACTIONS.filter((action) => isAllowed(role, action));
    return inSnapshot(this.pool, async (client) => {
      const clues = await rows(
        client,
        clueSchema,
        // What waits for another's approval must not fill the window.
        `SELECT ${CLUE_COLUMNS} FROM clue c WHERE ((c.state = ANY($2) AND (c.state <> 'awaiting-approval' OR coalesce(c.rung_action, 'approve-clues') = ANY($6)))
           OR (c.extension_asked AND $5)) AND ${isSeen('$1', '$4')} ${BY_DEADLINE} LIMIT $3`,
        [reach.parameter, [...steps.keys()], MAX_LOOKED_AT + 1, reach.userId, mayExtend, rungs],
      );
      const ids = clues.map(({ id }) => id);
      const history = await rows(
        client,
        clueStepSchema,
        `SELECT ${STEP_COLUMNS} FROM clue_step s WHERE s.clue_id = ANY($1) ORDER BY s.clue_id, s.seq`,
        [ids],
      );
      const recused = await recusedFrom(client, ids);
      const stepsOf = Map.groupBy(history, ({ clueId }) => clueId);
      const items = clues.flatMap((clue): AwaitedClue[] => {
        const facts = factsOf((stepsOf.get(clue.id) ?? []).map(takenStep), recused.get(clue.id));
        const step = facts?.extension ? 'approve-extension' : steps.get(clue.state);
        if (!step || !facts || !isAllowed(role, actionFor(facts, step))) return [];
        return refusalOfSignatories(facts, step, { userId, forId }) === null ? [{ clue, step, facts }] : [];
      });
      return { items: items.slice(0, limit), truncated: items.length > limit || clues.length > MAX_LOOKED_AT };
    });
  }
}

/** Its clock runs. */
const RUNS = 'c.paused_at_ms IS NULL';
const BY_DEADLINE = `ORDER BY ${RUNS} DESC, c.due_at_ms NULLS LAST, c.id`;
