import { Reach, type Actor, type AuditLog } from '@tianyan/access';
import {
  authoredId,
  isShadowId,
  looksForDrift,
  type DriftItem as StoredDriftItem,
  type SweepQueries,
  type SweepRun,
} from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import type { z } from 'zod';
import type { DriftItem, DriftList, StartSweepResult, Sweep, SweepList, sweepQuerySchema } from '../api/index.js';
import { shownInstant } from '../findings/shown-fields.js';
import type { SweepControl } from '../tokens.js';
import type { RuleBook } from '../rules/rule-book.js';

type Page = z.output<typeof sweepQuerySchema>;

const REASONS: Readonly<Record<SweepRun['reason'], string>> = {
  scheduled: '定时全量复核',
  manual: '人工发起',
  'changed-rules': '规则或日历有变化',
  'first-load': '首次载入',
  'at-rate': '定时判断',
};

/** Sweeps, and what they found to differ. A sweep and its totals are the platform's own state; scopes are shown within reach. */
export class SweepCases {
  constructor(private readonly parts: { sweeps: SweepQueries; control: SweepControl; rules: RuleBook; audit: AuditLog }) {}

  async list(page: Page): Promise<SweepList> {
    const { items, nextCursor } = await this.parts.sweeps.runs({ cursor: page.cursor ?? null, limit: page.limit });
    return { items: items.map(sweepAnswer), nextCursor };
  }

  /** Throws RefusedError('not-found'): of a sweep that there is not, no drift would read as none found. */
  async drift(actor: Actor, sweepId: string, page: Page): Promise<DriftList> {
    if (!(await this.parts.sweeps.get(sweepId))) throw new RefusedError('not-found', '没有这次巡检，请回到列表重新打开');
    const at = { cursor: page.cursor ?? null, limit: page.limit };
    const { items, nextCursor } = await this.parts.sweeps.drift(Reach.of(actor), sweepId, at);
    const titles = new Map((await this.parts.rules.list()).map(({ id, title }) => [id, title]));
    return { items: items.map((item) => driftAnswer(item, titles)), nextCursor };
  }

  async start(actor: Actor, ruleIds: readonly string[] | null): Promise<StartSweepResult> {
    const known = new Set((await this.parts.rules.list()).map(({ id }) => id));
    const unknown = (ruleIds ?? []).find((id) => !known.has(id));
    if (unknown !== undefined) throw new RefusedError('invalid', `没有规则 ${unknown}`);
    await this.parts.audit.record(actor, {
      action: 'start-sweep',
      object: ruleIds === null ? 'all' : ruleIds.join(',').slice(0, 500),
    });
    return this.parts.control.start({ ruleIds, actor: actor.user.account });
  }
}

function driftAnswer(item: StoredDriftItem, titles: ReadonlyMap<string, string>): DriftItem {
  const ruleId = authoredId(item.ruleId);
  const title = titles.get(ruleId) ?? ruleId;
  return {
    id: item.id,
    sweepId: item.sweepId,
    ruleId,
    ruleTitle: isShadowId(item.ruleId) ? `${title}（影子运行）` : title,
    scope: item.scope,
    kind: item.kind,
    kindLabel: item.kind === 'finding' ? '疑点不一致' : '唤醒时间不一致',
    stored: sideText(item.stored),
    swept: sideText(item.evaluated),
  };
}

function sweepAnswer(run: SweepRun): Sweep {
  return {
    id: run.id,
    reason: REASONS[run.reason],
    state: run.state,
    startedAtMs: run.startedAtMs,
    endedAtMs: run.finishedAtMs,
    nowMs: run.nowMs,
    rulesDone: run.rulesDone,
    rulesTotal: run.ruleIds.length,
    evaluatedScopes: run.evaluatedScopes,
    looksForDrift: looksForDrift(run),
    driftFindings: run.driftFindings,
    driftWakeUps: run.driftWakeUps,
    error: run.failure,
  };
}

function sideText(side: StoredDriftItem['stored']): string | null {
  if (side === null) return null;
  const due = side.dueAtMs === null ? '无下次复核' : `${shownInstant(side.dueAtMs)} 复核`;
  return `${side.hit ? '成立' : '不成立'}，${due}`;
}
