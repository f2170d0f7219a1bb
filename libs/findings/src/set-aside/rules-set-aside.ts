import { DAY_MS, HOUR_MS, MINUTE_MS, RefusedError, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { takeCommitLock } from '../commit-lock.js';
import { readEvaluationNowMs } from '../evaluation-clock.js';
import type { FindingRule } from '../ports.js';
import { beginEpoch, currentEpoch, OtherEpochError } from '../rule-sets/epoch.js';

/**
 * `error`: judging it fails; `time`, `memory`, `rows`: a query of it needs more than one may have; `busy`: it takes more of the process than
 * one rule may; `differs`: its two interpreters do not say the same of the county's records; `crosses`: it says another thing of a cohort alone
 * than of that cohort among all.
 */
export const RULE_TROUBLES = ['error', 'time', 'memory', 'rows', 'busy', 'differs', 'crosses'] as const;
export type RuleTrouble = (typeof RULE_TROUBLES)[number];

/**
 * A rule set aside is tried again by itself after these times, and then waits for a person: the record that it fails by may be
 * corrected soon, and each try reads all records.
 */
export const RETRY_AFTER_MS: readonly number[] = [10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS];

/** What erred again within this time after it was tried again by itself has not got better. */
const IN_A_ROW_MS = 7 * DAY_MS;

/** Times of one rule that are shown. */
const MAX_SHOWN = 20;

/** The rule was set aside, and a set without it is judged. Nothing was written: evaluate again. */
export class RuleSetAsideError extends OtherEpochError {
  override readonly name = 'RuleSetAsideError';
}

/** A time in which a rule was not judged. All times but `currentUntilMs` are the machine's. */
export interface SetAside {
  ruleId: string;
  round: number;
  trouble: RuleTrouble;
  /** Name of the error, for those who run the platform. */
  detail: string;
  attempt: number;
  beganAtMs: EpochMs;
  /** Evaluation clock: what the rule has found is of then. */
  currentUntilMs: EpochMs;
  /** Null: it waits for a person, or it is over. */
  retryAtMs: EpochMs | null;
  endedAtMs: EpochMs | null;
  endedBy: string | null;
  /** When it had evaluated all that it missed. */
  filledAtMs: EpochMs | null;
}

/** Finds out who is to be told, before any lock is held; what it returns tells them, in the transaction. */
export type SetAsideTeller = () => Promise<(client: ClientBase, rule: FindingRule, entry: SetAside) => Promise<void>>;

const setAsideSchema = z
  .object({
    rule_id: z.string(),
    round: z.int(),
    trouble: z.enum(RULE_TROUBLES),
    detail: z.string(),
    attempt: z.int(),
    began_at_ms: z.int(),
    current_until_ms: z.int(),
    retry_at_ms: z.int().nullable(),
    ended_at_ms: z.int().nullable(),
    ended_by: z.string().nullable(),
    filled_at_ms: z.int().nullable(),
  })
  .transform((row): SetAside => ({
    ruleId: row.rule_id,
    round: row.round,
    trouble: row.trouble,
    detail: row.detail,
    attempt: row.attempt,
    beganAtMs: row.began_at_ms,
    currentUntilMs: row.current_until_ms,
    retryAtMs: row.retry_at_ms,
    endedAtMs: row.ended_at_ms,
    endedBy: row.ended_by,
    filledAtMs: row.filled_at_ms,
  }));

const COLUMNS = `rule_id, round, trouble, detail, attempt, began_at_ms, current_until_ms, retry_at_ms, ended_at_ms, ended_by,
  floor(extract(epoch FROM filled_at) * 1000)::bigint AS filled_at_ms`;

const lastSchema = z.object({ round: z.int(), attempt: z.int(), in_a_row: z.boolean() });
const ruleIdSchema = z.object({ rule_id: z.string() });

/**
 * Rules that are taken out of what is judged because judging them fails. It is a change of the set like any other: it begins an
 * epoch, so that no evaluation without the rule can count as one of it, and a rule that comes back is swept alone first.
 */
export class RulesSetAside {
  constructor(
    private readonly parts: {
      pool: Pool;
      /** The machine's. */
      clock: Clock;
      /** Missing: nobody is told. */
      tell?: SetAsideTeller;
    },
  ) {}

  /** Changes nothing where another epoch has begun: whoever judges next hears of that, and finds what there is to find. */
  async begin(rule: FindingRule, at: { epoch: number; trouble: RuleTrouble; detail: string }): Promise<void> {
    const nowMs = this.parts.clock.nowMs();
    const tell = await this.parts.tell?.();
    await inTransaction(this.parts.pool, async (client) => {
      await takeCommitLock(client);
      if ((await currentEpoch(client)) !== at.epoch) return;
      const entry = await this.write(client, rule, at, nowMs);
      await beginEpoch(client, { actor: null, reason: `规则“${rule.title}”研判失败，单独暂停`, atMs: nowMs });
      await tell?.(client, rule, entry);
    });
  }

  private async write(
    client: ClientBase,
    rule: FindingRule,
    at: { epoch: number; trouble: RuleTrouble; detail: string },
    nowMs: EpochMs,
  ): Promise<SetAside> {
    const member = JSON.stringify(rule.member);
    const last = await maybeRow(
      client,
      lastSchema,
      `SELECT round, attempt, (member = $2::jsonb AND ended_how = 'retried' AND ended_at_ms > $3) AS in_a_row
       FROM finding_set_aside WHERE rule_id = $1 ORDER BY round DESC LIMIT 1`,
      [rule.id, member, nowMs - IN_A_ROW_MS],
    );
    const attempt = last?.in_a_row ? last.attempt + 1 : 1;
    const waitMs = RETRY_AFTER_MS[attempt - 1];
    const [entry] = await rows(
      client,
      setAsideSchema,
      `INSERT INTO finding_set_aside (rule_id, round, member, trouble, detail, epoch, attempt, began_at_ms, current_until_ms, retry_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ${COLUMNS}`,
      [
        rule.id,
        (last?.round ?? -1) + 1,
        member,
        at.trouble,
        at.detail,
        at.epoch,
        attempt,
        nowMs,
        await readEvaluationNowMs(client),
        waitMs === undefined ? null : nowMs + waitMs,
      ],
    );
    if (!entry) throw new Error(`${rule.id}: the entry of a rule set aside was not written`);
    return entry;
  }

  /** A person wants the rule judged again. Throws RefusedError `conflict` where it is not set aside. */
  async takeUp({ ruleId, actor }: { ruleId: string; actor: string }): Promise<void> {
    const nowMs = this.parts.clock.nowMs();
    await inTransaction(this.parts.pool, async (client) => {
      await takeCommitLock(client);
      const ended = await execute(
        client,
        `UPDATE finding_set_aside SET ended_at_ms = $2, ended_how = 'person', ended_by = $3 WHERE rule_id = $1 AND ended_at_ms IS NULL`,
        [ruleId, nowMs, actor],
      );
      if (ended === 0) throw new RefusedError('conflict', '这条规则没有被暂停，或者已经恢复，请刷新页面');
      await beginEpoch(client, { actor, reason: '重新运行出错暂停的规则', atMs: nowMs });
    });
  }

  /** Lets those be judged again whose time to be tried has come; returns their ids. */
  async takeUpDue(): Promise<readonly string[]> {
    const nowMs = this.parts.clock.nowMs();
    const due = 'FROM finding_set_aside WHERE ended_at_ms IS NULL AND retry_at_ms <= $1';
    // Asked each second, and nearly always for nothing: without the lock that all commits wait for.
    if ((await rows(this.parts.pool, ruleIdSchema, `SELECT rule_id ${due}`, [nowMs])).length === 0) return [];
    return inTransaction(this.parts.pool, async (client) => {
      await takeCommitLock(client);
      const ended = await rows(
        client,
        ruleIdSchema,
        `UPDATE finding_set_aside SET ended_at_ms = $1, ended_how = 'retried' WHERE ended_at_ms IS NULL AND retry_at_ms <= $1 RETURNING rule_id`,
        [nowMs],
      );
      if (ended.length > 0) await beginEpoch(client, { actor: null, reason: '自动重试出错暂停的规则', atMs: nowMs });
      return ended.map((row) => row.rule_id);
    });
  }

  /** Those that are set aside, by id. */
  async open(): Promise<ReadonlyMap<string, SetAside>> {
    const found = await rows(
      this.parts.pool,
      setAsideSchema,
      `SELECT ${COLUMNS} FROM finding_set_aside WHERE ended_at_ms IS NULL ORDER BY rule_id`,
    );
    return new Map(found.map((entry) => [entry.ruleId, entry]));
  }

  /** Ids of those that are judged again and have not evaluated what they missed. */
  async unfilled(): Promise<ReadonlySet<string>> {
    const sql = 'SELECT DISTINCT rule_id FROM finding_set_aside WHERE ended_at_ms IS NOT NULL AND filled_at IS NULL';
    return new Set((await rows(this.parts.pool, ruleIdSchema, sql)).map((row) => row.rule_id));
  }

  /** The last times of one rule, newest first. */
  async of(ruleId: string): Promise<readonly SetAside[]> {
    return rows(
      this.parts.pool,
      setAsideSchema,
      `SELECT ${COLUMNS} FROM finding_set_aside WHERE rule_id = $1 ORDER BY round DESC LIMIT ${MAX_SHOWN}`,
      [ruleId],
    );
  }
}
