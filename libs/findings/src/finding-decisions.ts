import type { Reach } from '@tianyan/access';
import { RefusedError, type Clock } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, notify, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { isFindingWithin } from './finding-reach.js';
import { FINDINGS_CHANNEL, formatChanges } from './finding-changes.js';
import { FindingQueries } from './finding-queries.js';
import { severityOfRank } from './finding-rows.js';
import { FINDING_STATUSES, type FindingDetail, type FindingEvent, type FindingStatus } from './model.js';
import type { DismissalClass, Verdict } from './precision/verdict.js';
import { noteRecords } from './records/finding-record-rows.js';
import { isShown } from './rule-sets/shadow.js';

/** `reopen` takes a decision back: the finding is open or withdrawn again, as the data say. */
export type Decision = 'dismiss' | 'promote' | 'reopen';

export interface DecisionRequest {
  findingId: string;
  decision: Decision;
  /** Sign-in name of the person. */
  actor: string;
  reason: string | null;
  /** Why it is dismissed; missing with other decisions. */
  dismissal?: DismissalClass;
}

const EVENTS: Readonly<Record<Decision, FindingEvent>> = { dismiss: 'dismissed', promote: 'promoted', reopen: 'reopened' };

const decidedSchema = z.object({
  status: z.enum(FINDING_STATUSES),
  holds: z.boolean(),
  rule_id: z.string(),
  severity: z.int(),
  township_code: z.string().nullable(),
  problem_class: z.string(),
});

/** What people decide about findings. */
export class FindingDecisions {
  private readonly queries: FindingQueries;

  constructor(
    private readonly input: {
      pool: Pool;
      countyClock: Clock;
      /** Told of what waits for people no more, in the transaction of the decision; missing: nobody has to know. */
      decided?: (client: ClientBase, findingId: string) => Promise<void>;
    },
  ) {
    this.queries = new FindingQueries(input.pool);
  }

  /**
   * Throws RefusedError: `not-found`, also for what is out of reach; `conflict` when the decision does not fit the status
   * (dismissing twice, reopening what nobody decided); `invalid` for a dismissal or a reopening without a reason.
   */
  async decide(reach: Reach, request: DecisionRequest): Promise<FindingDetail> {
    await inTransaction(this.input.pool, async (client) => this.decideIn(client, reach, request));
    const detail = await this.queries.get(reach, request.findingId);
    // Findings are never deleted: its order was assigned to another township at this very moment.
    if (!detail) throw new RefusedError('not-found', '决定已记下；这条疑点刚刚转出您的管辖范围，不再显示。');
    return detail;
  }

  /** The same within a transaction of the caller's: what follows from the decision is stored with it, or neither is. */
  async decideIn(client: ClientBase, reach: Reach, request: DecisionRequest): Promise<void> {
    const reason = request.reason?.trim() || null;
    if (reason === null && request.decision !== 'promote') throw new RefusedError('invalid', '请写明理由。');
    const row = await maybeRow(
      client,
      decidedSchema,
      `SELECT status, holds, rule_id, severity, township_code, problem_class FROM finding
       WHERE id = $1 AND ${isShown('finding')} AND ${isFindingWithin('finding', '$2')} FOR UPDATE`,
      [request.findingId, reach.parameter],
    );
    if (!row) throw new RefusedError('not-found', '没有这条疑点，可能链接有误，请回到列表重新打开。');
    const before = row.status;
    const after = statusAfter(request.decision, before, row.holds);
    const decided = request.decision !== 'reopen';
    const verdict = verdictOf(request);
    const nowMs = this.input.countyClock.nowMs();
    await execute(
      client,
      `UPDATE finding SET status = $2, last_changed_at_ms = greatest(last_changed_at_ms, $3), decision_reason = $4, decided_by = $5, decided_at_ms = $6,
         verdict = $7, decided_rule_version = CASE WHEN $8 THEN rule_version END
       WHERE id = $1`,
      [
        request.findingId,
        after,
        nowMs,
        decided ? reason : null,
        decided ? request.actor : null,
        decided ? nowMs : null,
        verdict,
        decided,
      ],
    );
    await execute(
      client,
      `INSERT INTO finding_history (finding_id, at_ms, event, status_before, status_after, rule_version, rule_digest, rule_overlay, actor, reason, verdict, cause, explanation, evidence, figures)
       SELECT id, $2, $3, $4, status, rule_version, rule_digest, rule_overlay, $5, $6, $7, '{"kind":"person"}', explanation, evidence, figures FROM finding WHERE id = $1`,
      [request.findingId, nowMs, EVENTS[request.decision], before, request.actor, reason, verdict],
    );
    await noteRecords(client, [request.findingId], null);
    if (decided) await this.input.decided?.(client, request.findingId);
    const change = {
      id: request.findingId,
      ruleId: row.rule_id,
      severity: severityOfRank(row.severity),
      event: EVENTS[request.decision],
      townshipCode: row.township_code,
      problemClass: row.problem_class,
    };
    await notify(client, FINDINGS_CHANNEL, formatChanges([change]));
  }
}

function verdictOf({ decision, dismissal }: DecisionRequest): Verdict | null {
  if (decision === 'promote') return 'confirmed';
  return decision === 'dismiss' ? (dismissal ?? null) : null;
}

function statusAfter(decision: Decision, before: FindingStatus, holds: boolean): FindingStatus {
  if (decision === 'reopen') {
    if (before === 'open' || before === 'withdrawn') throw new RefusedError('conflict', '这条疑点还没有人作过决定，无需恢复。');
    return holds ? 'open' : 'withdrawn';
  }
  if (before === 'dismissed' || before === 'promoted') {
    const done = before === 'dismissed' ? '排除' : '转为线索';
    throw new RefusedError('conflict', `这条疑点已被${done}；如需改变，请先恢复，再重新处理。`);
  }
  return decision === 'dismiss' ? 'dismissed' : 'promoted';
}
