import { builtInCatalogue, recordHash, toWire, wireHeaders, type AnyRecord, type FieldValues } from '@tianyan/contracts';
import type { WriterMessage } from '@tianyan/warehouse';
import { z } from 'zod';

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
  village: z.string().optional(),
  category: z.string().optional(),
  amount_fen: z.int().optional(),
  payee: z.string().optional(),
});
const changeSchema = eventSchema.extend({ b: z.int(), w: z.union([z.literal(1), z.literal(-1)]) });

export type PeersEvent = z.output<typeof eventSchema>;
export type PeersChange = z.output<typeof changeSchema>;

/** A record and the type whose log it goes to. */
export interface TypedRecord {
  type: string;
  record: AnyRecord;
}

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

export function townshipOf(village: string): string {
  return village.slice(0, village.indexOf('镇') + 1);
}

/** What an event becomes: a step of an order, with the first one the order itself, or a payment. No rule asks for leases. */
export function contentsOf(event: PeersEvent): readonly { type: string; fields: FieldValues }[] {
  const { village = '', category = '', order = null, dept = null } = event;
  const place = { townshipCode: townshipOf(village), villageCode: village };
  if (event.type === 'payment') {
    const paid = { direction: 'out', amountFen: event.amount_fen ?? 0, summary: '付款', counterparty: event.payee ?? null };
    return [{ type: 'assets.payment', fields: { voucherId: event.id, ...place, ...paid, account: category } }];
  }
  const action = actionOf(event);
  if (action === null) return [];
  const fields = { orderId: order, action, unitId: dept, solved: event.satisfied ?? null };
  const step = { type: 'hotline.order-event', fields };
  if (event.type !== 'order.created') return [step];
  const said = { title: '诉求', content: '诉求', channel: '电话', category: 'help', confidential: false, urgency: 'normal' };
  return [
    step,
    {
      type: 'hotline.order',
      fields: { orderId: order, ...place, ...said, matter: category, status: '已受理', leadUnitId: dept },
    },
  ];
}

/**
 * As a connector would publish them; `gone`: their source has deleted them. The id is the event's own in every type, so that the
 * order of records of one instant is that of the events.
 */
export function recordsOf(event: PeersEvent, version: number, gone = false): readonly TypedRecord[] {
  const atMs = Date.parse(event.at);
  const raw = JSON.stringify(event);
  const envelope = { id: event.id, source: 'peers', version, atMs, receivedAtMs: atMs, raw };
  return contentsOf(event).map(({ type, fields: given }) => {
    if (gone) {
      const content = { op: 'delete', version, atMs, fields: null, raw } as const;
      return { type, record: { ...envelope, op: 'delete', fields: null, hash: recordHash(type, content) } };
    }
    const names = Object.keys(builtInCatalogue.get(type).fields);
    const fields: FieldValues = Object.fromEntries(names.map((name) => [name, given[name] ?? null]));
    const hash = recordHash(type, { op: 'upsert', version, atMs, fields, raw });
    return { type, record: { ...envelope, op: 'upsert', fields, hash } };
  });
}

export function messageOf(record: AnyRecord, offset: number): WriterMessage {
  return { key: record.id, value: toWire(record), headers: wireHeaders(record), offset };
}
