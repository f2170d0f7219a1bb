import { builtInCatalogue, recordHash, toWire, wireHeaders, type AnyRecord, type FieldValues } from '@tianyan/contracts';
import type { WriterMessage } from '@tianyan/warehouse';
import { z } from 'zod';

/** The type that the peers' events of an order become; payments and leases have no part in what can be said of one order. */
export const EVENT_TYPE = 'hotline.order-event';

const ACTIONS: Readonly<Record<string, string>> = {
  'order.created': 'accepted',
  'order.assigned': 'dispatched',
  'order.returned': 'returned',
  'order.contacted': 'contacted',
  'completion.applied': 'completion-applied',
  'completion.rejected': 'completion-rejected',
  'completion.accepted': 'completed',
  'revisit.done': 'called-back',
};

const eventSchema = z.object({
  id: z.string(),
  type: z.string(),
  at: z.string(),
  order: z.string().optional(),
  dept: z.string().optional(),
  satisfied: z.boolean().optional(),
});
const changeSchema = eventSchema.extend({ b: z.int(), w: z.union([z.literal(1), z.literal(-1)]) });

export type PeersEvent = z.output<typeof eventSchema>;
export type PeersChange = z.output<typeof changeSchema>;

export function parseEvent(line: string): PeersEvent {
  return eventSchema.parse(JSON.parse(line));
}

export function parseChange(line: string): PeersChange {
  return changeSchema.parse(JSON.parse(line));
}

/** Null for what is no step of an order. */
export function actionOf(event: PeersEvent): string | null {
  return event.order === undefined ? null : (ACTIONS[event.type] ?? null);
}

/** As a connector would publish it; `gone`: its source has deleted it. */
export function recordOf(event: PeersEvent, version: number, gone = false): AnyRecord | null {
  const action = actionOf(event);
  if (action === null) return null;
  const atMs = Date.parse(event.at);
  const raw = JSON.stringify(event);
  const envelope = { id: event.id, source: 'peers', version, atMs, receivedAtMs: atMs, raw };
  if (gone) {
    const content = { op: 'delete', version, atMs, fields: null, raw } as const;
    return { ...envelope, op: 'delete', fields: null, hash: recordHash(EVENT_TYPE, content) };
  }
  const given: Record<string, FieldValues[string]> = {
    orderId: event.order ?? null,
    action,
    unitId: event.dept ?? null,
    solved: event.satisfied ?? null,
  };
  const names = Object.keys(builtInCatalogue.get(EVENT_TYPE).fields);
  const fields: FieldValues = Object.fromEntries(names.map((name) => [name, given[name] ?? null]));
  return { ...envelope, op: 'upsert', fields, hash: recordHash(EVENT_TYPE, { op: 'upsert', version, atMs, fields, raw }) };
}

export function messageOf(record: AnyRecord, offset: number): WriterMessage {
  return { key: record.id, value: toWire(record), headers: wireHeaders(record), offset };
}

/** What the rule language asks of every rule; none of it is judged. */
const OF_EVERY_RULE = `
class: 官僚主义
severity: medium
basis: [{ document: 比较用, demands: 没有要求 }]
examples:
  - name: 一步
    now: '2026-03-10T09:00:00+08:00'
    records: [{ type: hotline.order-event, id: e1, at: '2026-03-02T09:00:00+08:00', orderId: A1, unitId: U1, action: signed }]
    expect: []
`;

/** Those of the peers' five rules that look at one order, in this language; RULES.md says what they mean. */
export const PEERS_RULES: readonly string[] = [
  `
id: peers-r1
version: 1
title: 三十天内退回五次
description: 三十天内退回五次。
scope: [orderId]
inputs: { returned: { type: hotline.order-event, where: { action: returned } } }
kind: count
any: [{ of: returned, measure: records, atLeast: 5, within: { days: 30 } }]
explanation: 工单 {orderId} 退回 {count} 次。
roles: { returned: 退回 }
`,
  `
id: peers-r2
version: 1
title: 两次驳回之间没有通过
description: 两次驳回之间没有通过。
scope: [orderId]
inputs:
  rejected: { type: hotline.order-event, where: { action: completion-rejected } }
  completed: { type: hotline.order-event, where: { action: completed } }
kind: sequence
steps: [{ of: rejected }, { of: rejected, notBetween: [completed] }]
explanation: 工单 {orderId} 两次被驳回。
roles: { rejected: 驳回, completed: 通过 }
`,
  `
id: peers-r3
version: 1
title: 派单后七十二小时未联系
description: 派单后七十二小时未联系。
scope: [orderId]
inputs:
  assigned: { type: hotline.order-event, where: { action: dispatched } }
  contacted: { type: hotline.order-event, where: { action: contacted } }
kind: absence
any: [{ of: assigned, which: first, expect: [contacted], deadline: { hours: 72, boundary: strict } }]
explanation: 工单 {orderId} 派单后未联系。
roles: { assigned: 派单, contacted: 迟到的联系 }
`,
].map((rule) => `${rule.trim()}${OF_EVERY_RULE}`);
