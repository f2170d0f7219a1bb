import { allWithinTownships, reachesAllClasses, withinClasses, type Reach } from '@tianyan/access';
import { DAY_MS, RefusedError, type Clock, type EpochMs } from '@tianyan/kernel';
import {
  execute,
  idText,
  lockInTransaction,
  inTransaction,
  maybeRow,
  row,
  rows,
  type ClientBase,
  type Pool,
} from '@tianyan/postgres';
import { z } from 'zod';
import { isFindingWithin } from '../finding-reach.js';
import { isShown } from '../rule-sets/shadow.js';
import { EXEMPTION_COUNTS, SET_ASIDE, SET_ASIDE_AMONG } from './set-aside.js';

/** Exemptions that count at one time: a county that sets more aside needs another rule. */
export const MAX_EXEMPTIONS = 2_000;
/** Shown of a list, the newest. */
export const MAX_SHOWN_EXEMPTIONS = 500;
/** Longest snooze: what is put off for longer is an exception, with its document. */
export const MAX_SNOOZE_DAYS = 366;

/** Whoever made an exemption hears so long before its end, or at half of its time where that is less. */
export const EXEMPTION_NOTICE_DAYS = 7;
/** Told in one round: a county has some hundreds. */
const ENDINGS_PER_ROUND = 100;

/** `exception`: permitted, by a document; `snooze`: put off until a day. */
export const EXEMPTION_KINDS = ['exception', 'snooze'] as const;
export type ExemptionKind = (typeof EXEMPTION_KINDS)[number];

/** Findings of one rule about one subject, set aside: still judged, shown and counted, but not in the queue and not told. */
export interface Exemption {
  id: string;
  ruleId: string;
  /** `scope`, or the name of a subject. */
  subjectKind: string;
  subjectCode: string;
  kind: ExemptionKind;
  reason: string;
  document: string | null;
  /** Sign-in name. */
  actor: string;
  /** County clock. */
  madeAtMs: EpochMs;
  /** Evaluation clock; null: never by itself. */
  expiresAtMs: EpochMs | null;
  ended: { actor: string; reason: string; atMs: EpochMs } | null;
  /** Neither ended nor expired. */
  counts: boolean;
  /** Findings within the reach of who asks that it sets aside now. */
  findings: number;
  /** Whether who asks reaches all that it concerns, and so may end it. */
  mayEnd: boolean;
}

interface AskedExemption {
  subjectKind: string;
  kind: ExemptionKind;
  reason: string;
  document: string | null;
  expiresAtMs: EpochMs | null;
  actor: string;
}

/** Made from a finding: its rule, and the code of its subject. */
export type NewExemption = AskedExemption & { findingId: string };
/** Made from a rule: of a subject that it may not have found anything about yet. */
export type NewRuleExemption = AskedExemption & { ruleId: string; subjectCode: string };

/** One that ends soon. */
export type EndingExemption = Pick<Exemption, 'id' | 'ruleId' | 'subjectKind' | 'subjectCode' | 'kind' | 'actor'> & {
  expiresAtMs: EpochMs;
  /** Townships of whoever made it; null: the whole county. */
  townships: readonly string[] | null;
};

const exemptionSchema = z
  .object({
    id: idText,
    rule_id: z.string(),
    subject_kind: z.string(),
    subject_code: z.string(),
    kind: z.enum(EXEMPTION_KINDS),
    reason: z.string(),
    document: z.string().nullable(),
    actor: z.string(),
    made_at_ms: z.int(),
    expires_at_ms: z.int().nullable(),
    ended_at_ms: z.int().nullable(),
    ended_by: z.string().nullable(),
    end_reason: z.string().nullable(),
    counts: z.boolean(),
    findings: z.int(),
    may_end: z.boolean(),
  })
  .transform((one): Exemption => {
    const { ended_at_ms: atMs, ended_by: by, end_reason: why } = one;
    return {
      id: one.id,
      ruleId: one.rule_id,
      subjectKind: one.subject_kind,
      subjectCode: one.subject_code,
      kind: one.kind,
      reason: one.reason,
      document: one.document,
      actor: one.actor,
      madeAtMs: one.made_at_ms,
      expiresAtMs: one.expires_at_ms,
      ended: atMs === null || by === null || why === null ? null : { actor: by, reason: why, atMs },
      counts: one.counts,
      findings: one.findings,
      mayEnd: one.may_end,
    };
  });
const findingSchema = z.object({ rule_id: z.string(), scope: z.string(), code: z.string().nullable() });
const countSchema = z.object({ active: z.int(), same: z.int(), now_ms: z.int() });
const endingSchema = z
  .object({
    id: idText,
    rule_id: z.string(),
    subject_kind: z.string(),
    subject_code: z.string(),
    kind: z.enum(EXEMPTION_KINDS),
    actor: z.string(),
    expires_at_ms: z.int(),
    townships: z.array(z.string()).nullable(),
  })
  .transform((one): EndingExemption => ({
    id: one.id,
    ruleId: one.rule_id,
    subjectKind: one.subject_kind,
    subjectCode: one.subject_code,
    kind: one.kind,
    actor: one.actor,
    expiresAtMs: one.expires_at_ms,
    townships: one.townships,
  }));
const idSchema = z.object({ id: idText });
const asideSchema = z.object({ finding_id: z.string(), exemption_id: idText });

/** Rules of which everything found is of classes within reach, `$1`: one of before, of a class that its rule had then, is not enough. */
const OWN_RULES = `SELECT found.rule_id FROM (
    SELECT r.rule_id, r.problem_class FROM finding_tally r WHERE ${isShown('r')} GROUP BY 1, 2 HAVING sum(r.count) > 0) found
  GROUP BY 1 HAVING bool_and(${withinClasses('found.problem_class', '$1')})`;

/** Whether all that it concerns lies within reach, `$1`; a rule is of the classes of what it finds. */
const IS_OWN = `(${allWithinTownships('e.townships', '$1')} AND (${reachesAllClasses('$1')} OR e.rule_id IN (${OWN_RULES})))`;

/**
 * `$1`: the reach.
 * @param counted of which `aside.exemption_id` the findings are counted: of those that are left out afterwards it would be for nothing
 */
const listed = (counted: string) => `
  WITH counted AS (
    SELECT aside.exemption_id, count(*)::int AS findings FROM (${SET_ASIDE}) aside JOIN finding f ON f.id = aside.finding_id
    WHERE ${counted} AND ${isShown('f')} AND ${isFindingWithin('f', '$1')} GROUP BY 1)
  SELECT e.*, (${EXEMPTION_COUNTS}) AS counts, coalesce(c.findings, 0) AS findings,
    coalesce(${IS_OWN}, false) AS may_end
  FROM finding_exemption e LEFT JOIN counted c ON c.exemption_id = e.id
  WHERE (${IS_OWN} OR c.findings > 0)`;

/**
 * What people have set aside. A person of some townships sees what concerns nobody else, and what sets aside a finding that the person
 * sees; more would tell of other townships' findings.
 */
export class Exemptions {
  constructor(private readonly parts: { pool: Pool; countyClock: Clock }) {}

  /** Those that count before those that are over, newest first. */
  async list(reach: Reach, ruleId: string | null): Promise<readonly Exemption[]> {
    return rows(
      this.parts.pool,
      exemptionSchema,
      `${listed('true')} AND ($2::text IS NULL OR e.rule_id = $2) ORDER BY counts DESC, e.id DESC LIMIT ${MAX_SHOWN_EXEMPTIONS}`,
      [reach.parameter, ruleId],
    );
  }

  /** Of findings within reach: the exemption that sets each aside now, the one that lasts longest. */
  async ofFindings(reach: Reach, findingIds: readonly string[]): Promise<ReadonlyMap<string, Exemption>> {
    if (findingIds.length === 0) return new Map();
    const { pool } = this.parts;
    const aside = await rows(pool, asideSchema, SET_ASIDE_AMONG, [findingIds]);
    if (aside.length === 0) return new Map();
    const found = await rows(
      pool,
      exemptionSchema,
      `${listed('aside.exemption_id = ANY($2::bigint[])')} AND e.id = ANY($2::bigint[]) ORDER BY e.expires_at_ms NULLS LAST, e.id`,
      [reach.parameter, [...new Set(aside.map(({ exemption_id: id }) => id))]],
    );
    // The last one of a finding stays.
    return new Map(
      found.flatMap((exemption) =>
        aside.filter(({ exemption_id: id }) => id === exemption.id).map(({ finding_id: id }) => [id, exemption] as const),
      ),
    );
  }

  /**
   * Throws RefusedError: `not-found` for a finding out of reach; `invalid` for a subject it does not have, an expiry that is past or too
   * far; `conflict` where the same is set aside already; `too-many` beyond {@link MAX_EXEMPTIONS}.
   * @returns its id
   */
  async add(reach: Reach, asked: NewExemption): Promise<string> {
    const madeAtMs = this.parts.countyClock.nowMs();
    return inTransaction(this.parts.pool, async (client) => {
      await lockInTransaction(client, 'finding_exemptions');
      const finding = await maybeRow(
        client,
        findingSchema,
        `SELECT rule_id, scope, subjects ->> $3 AS code FROM finding WHERE id = $1 AND ${isShown('finding')} AND ${isFindingWithin('finding', '$2')}`,
        [asked.findingId, reach.parameter, asked.subjectKind],
      );
      if (!finding) throw new RefusedError('not-found', '没有这条疑点，可能链接有误，请回到列表重新打开。');
      const code = asked.subjectKind === 'scope' ? finding.scope : finding.code;
      if (code === null) throw new RefusedError('invalid', '这条疑点没有这种对象，请刷新页面后重新选择。');
      return this.insert(client, reach, { ...asked, ruleId: finding.rule_id, subjectCode: code }, madeAtMs);
    });
  }

  /**
   * The same of a rule's findings about a subject, whether there are any or not. Throws RefusedError like {@link add}, but for what is said
   * of findings.
   * @returns its id
   */
  async addForRule(reach: Reach, asked: NewRuleExemption): Promise<string> {
    const madeAtMs = this.parts.countyClock.nowMs();
    return inTransaction(this.parts.pool, async (client) => {
      await lockInTransaction(client, 'finding_exemptions');
      return this.insert(client, reach, asked, madeAtMs);
    });
  }

  private async insert(client: ClientBase, reach: Reach, asked: NewRuleExemption, madeAtMs: EpochMs): Promise<string> {
    await this.assertAllowed(client, reach, { ...asked, code: asked.subjectCode, madeAtMs });
    const { id } = await row(
      client,
      idSchema,
      `INSERT INTO finding_exemption (rule_id, subject_kind, subject_code, kind, reason, document, townships, actor, made_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
      [
        asked.ruleId,
        asked.subjectKind,
        asked.subjectCode,
        asked.kind,
        asked.reason,
        asked.document,
        reach.townshipCodes,
        asked.actor,
        madeAtMs,
        asked.expiresAtMs,
      ],
    );
    return id;
  }

  private async assertAllowed(
    client: ClientBase,
    reach: Reach,
    asked: NewRuleExemption & { code: string; madeAtMs: EpochMs },
  ): Promise<void> {
    const { kind, document, expiresAtMs, madeAtMs } = asked;
    if (kind === 'exception' && document === null) throw new RefusedError('invalid', '例外须写明依据的文件。');
    if (kind === 'snooze' && expiresAtMs === null) throw new RefusedError('invalid', '暂缓须写明到哪一天。');
    const standing = await row(
      client,
      countSchema,
      `SELECT count(*)::int AS active, (SELECT now_ms FROM finding_clock) AS now_ms,
         (count(*) FILTER (WHERE e.rule_id = $1 AND e.subject_kind = $2 AND e.subject_code = $3
           AND (e.townships IS NULL OR e.townships @> $4::text[])))::int AS same
       FROM finding_exemption e WHERE ${EXEMPTION_COUNTS}`,
      [asked.ruleId, asked.subjectKind, asked.code, reach.townshipCodes],
    );
    if (expiresAtMs !== null && expiresAtMs <= Math.max(standing.now_ms, madeAtMs))
      throw new RefusedError('invalid', '到期日已经过了，请选今天以后的日子。');
    if (kind === 'snooze' && expiresAtMs !== null && expiresAtMs > madeAtMs + MAX_SNOOZE_DAYS * DAY_MS)
      throw new RefusedError('invalid', `暂缓最多 ${MAX_SNOOZE_DAYS} 天；更久的请作例外，写明依据的文件。`);
    if (standing.same > 0) throw new RefusedError('conflict', '这条规则对这个对象已经豁免；要改，请先提前结束，再重新豁免。');
    if (standing.active >= MAX_EXEMPTIONS)
      throw new RefusedError('too-many', `同时有效的豁免最多 ${MAX_EXEMPTIONS} 条，请先结束不再需要的，或请管理员修改规则。`);
  }

  /**
   * Calls `tell` once for each exemption that ends soon, in the transaction that notes that it was told.
   * @param atMs machine clock
   */
  async tellEndings(atMs: EpochMs, tell: (client: ClientBase, ending: EndingExemption) => Promise<void>): Promise<number> {
    return inTransaction(this.parts.pool, async (client) => {
      const ending = await rows(
        client,
        endingSchema,
        `UPDATE finding_exemption SET end_told_at_ms = $1 WHERE id IN (
           SELECT e.id FROM finding_exemption e, finding_clock c
           WHERE e.ended_at_ms IS NULL AND e.end_told_at_ms IS NULL AND e.expires_at_ms > c.now_ms
             AND e.expires_at_ms - c.now_ms <= least($2::bigint, (e.expires_at_ms - e.made_at_ms) / 2)
           ORDER BY e.id LIMIT ${ENDINGS_PER_ROUND} FOR UPDATE OF e SKIP LOCKED)
         RETURNING id, rule_id, subject_kind, subject_code, kind, actor, expires_at_ms, townships`,
        [atMs, EXEMPTION_NOTICE_DAYS * DAY_MS],
      );
      for (const one of ending) await tell(client, one);
      return ending.length;
    });
  }

  /** Ends it before its time. Throws RefusedError: `not-found`, also for one out of reach; `conflict` where it is over. */
  async end(reach: Reach, id: string, by: { actor: string; reason: string }): Promise<void> {
    await inTransaction(this.parts.pool, async (client) => {
      await lockInTransaction(client, 'finding_exemptions');
      const sql = `${listed('aside.exemption_id = $2::bigint')} AND e.id = $2::bigint`;
      const found = await maybeRow(client, exemptionSchema, sql, [reach.parameter, id]);
      if (!found) throw new RefusedError('not-found', '没有这条豁免，请刷新页面。');
      if (!found.mayEnd) throw new RefusedError('forbidden', '这条豁免还涉及您管辖范围以外的疑点，请由管辖全县的分析员结束。');
      if (!found.counts) throw new RefusedError('conflict', '这条豁免已经结束或到期，请刷新页面。');
      await execute(client, 'UPDATE finding_exemption SET ended_at_ms = $2, ended_by = $3, end_reason = $4 WHERE id = $1', [
        id,
        this.parts.countyClock.nowMs(),
        by.actor,
        by.reason,
      ]);
    });
  }
}
