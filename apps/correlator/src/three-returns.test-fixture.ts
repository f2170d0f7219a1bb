import type { EvaluationGroup } from '@tianyan/findings';
import { z } from 'zod';
import { record } from './correlator.test-fixture.js';

const rowSchema = z.object({
  scope: z.string(),
  hit: z.coerce.boolean(),
  occurredAtMs: z.number(),
  dueAtMs: z.number(),
  ids: z.array(z.string()),
  hashes: z.array(z.string()),
  ats: z.array(z.number()),
});

/** Written by hand: three returns of an order, standing for a compiled rule. */
export const threeReturns: EvaluationGroup = {
  groupId: 'orderId',
  epoch: null,
  rules: [
    {
      id: 'three-returns',
      version: 1,
      title: '三次退回',
      problemClass: '不担当不作为',
      severity: 'high',
      fingerprint: 'a',
      member: null,
    },
  ],
  recordTypes: ['hotline.order-event'],
  touched: (_type, batches) => ({
    sql: `SELECT DISTINCT orderId AS scope FROM log_hotline_order_event WHERE batch IN {batches:Array(String)} AND orderId != ''`,
    params: { batches },
  }),
  touchedByKeys: (_type, rows) => ({ scopes: rows.flatMap(({ orderId }) => orderId ?? []), linked: null }),
  touching: (_type, batches, scopes) => ({
    sql: `SELECT orderId AS scope, id, version, streamOffset, hash, atMs, deleted, batch FROM log_hotline_order_event
      WHERE batch IN {batches:Array(String)} AND orderId IN {scopes:Array(String)} ORDER BY atMs, id`,
    params: { batches, scopes },
  }),
  evaluate: ({ nowMs, scopes }) => [
    {
      sql: `SELECT orderId AS scope, countIf(atMs <= {now:Int64}) >= 3 AS hit, arrayElement(arraySort(groupArrayIf(atMs, atMs <= {now:Int64})), 3) AS occurredAtMs,
        coalesce(minOrNull(if(atMs > {now:Int64}, atMs, NULL)), 0) AS dueAtMs,
        arraySort((x, a) -> (a, x), groupArrayIf(id, atMs <= {now:Int64}), groupArrayIf(atMs, atMs <= {now:Int64})) AS ids,
        arraySort((x, a, i) -> (a, i), groupArrayIf(hash, atMs <= {now:Int64}), groupArrayIf(atMs, atMs <= {now:Int64}), groupArrayIf(id, atMs <= {now:Int64})) AS hashes,
        arraySort(groupArrayIf(atMs, atMs <= {now:Int64})) AS ats
      FROM cur_hotline_order_event FINAL WHERE action = 'returned' ${Array.isArray(scopes) ? 'AND orderId IN (SELECT arrayJoin({scopes:Array(String)}))' : ''}
      GROUP BY orderId HAVING hit OR dueAtMs > 0`,
      // Few enough to be judged at once: whoever asks for a slice asks for the only one.
      params: { now: nowMs, scopes: Array.isArray(scopes) ? scopes : [] },
    },
  ],
  parseRow(row) {
    const { scope, hit, occurredAtMs, dueAtMs, ids, hashes, ats } = rowSchema.parse(row);
    const evidence = ids.map((id, i) => ({
      type: 'hotline.order-event',
      id,
      version: 1,
      streamOffset: 0,
      hash: hashes[i] ?? '',
      atMs: ats[i] ?? 0,
      role: 'returned',
    }));
    const dueAt = dueAtMs > 0 ? dueAtMs : null;
    if (!hit)
      return [
        { ruleId: 'three-returns', scope, hit, occurredAtMs: null, dueAtMs: dueAt, evidence: [], figures: {}, subjects: {} },
      ];
    return [
      {
        ruleId: 'three-returns',
        scope,
        hit,
        occurredAtMs,
        dueAtMs: dueAt,
        evidence,
        figures: { count: ids.length },
        subjects: { orderId: scope },
      },
    ];
  },
  explain: (evaluation) => `工单 ${evaluation.scope} 被退回 ${String(evaluation.figures['count'])} 次。`,
};

/** A return of an order by its unit. */
export const returned = (id: string, orderId: string, atMs: number, version = 1) =>
  record('hotline.order-event', id, version, atMs, { orderId, unitId: 'U1', action: 'returned' });
