import { type AnyRecord, hashOf, toWire, wireHeaders } from '@tianyan/contracts';
import { integerBetween, MINUTE_MS, seededRng } from '@tianyan/kernel';
import type { WriterMessage } from '@tianyan/warehouse';

type Step = Readonly<Record<string, unknown>> & { action: string };

/** As most orders go: no rule has anything to say. */
const QUIET: readonly Step[] = [
  { action: 'accepted' },
  { action: 'dispatched', role: 'lead' },
  { action: 'signed' },
  { action: 'contacted' },
  { action: 'visited' },
  { action: 'completion-applied', claimsContact: true, claimsVisit: true, claimsSolved: true },
  { action: 'completed' },
  { action: 'called-back', solved: true, contactConfirmed: true },
];
/** Returned three times: one finding. */
const RETURNED: readonly Step[] = [
  { action: 'accepted' },
  { action: 'dispatched', role: 'lead' },
  { action: 'returned' },
  { action: 'dispatched', role: 'lead' },
  { action: 'returned' },
  { action: 'dispatched', role: 'lead' },
  { action: 'returned' },
  { action: 'signed' },
];
/** As in the simulated county, where about one order in seventy has a finding. */
const RETURNED_SHARE = 1 / 70;
const CORRECTED_SHARE = 0.05;
/** Orders that are being worked on at a time: the next event is of any of them. */
const OPEN_ORDERS = 20_000;
const STEP_MS = 10 * MINUTE_MS;
/** Long enough that no rule takes it for an empty reply: every order would have a finding then, and storing these be measured. */
const NOTE = '已联系群众并现场核查，情况属实，已安排人员处理完毕';
const UNITS = 60;

interface Order {
  id: string;
  unitId: string;
  steps: readonly Step[];
  done: number;
  version: number;
}

/** Order events as a large city has them: thousands of orders open at a time, each going its way step by step. */
export class OrderEvents {
  private readonly rng;
  private readonly open: Order[] = [];
  private opened = 0;
  private made = 0;

  /**
   * @param prefix of the orders' numbers: two streams with different ones never touch the same record
   * @param nowMs the county's time: all events lie before it
   */
  constructor(
    private readonly prefix: string,
    private readonly nowMs: number,
    seed: number,
  ) {
    this.rng = seededRng(seed);
  }

  /** The next events in order; some correct one that was there. `offset` counts on from 0. */
  next(count: number): WriterMessage[] {
    return Array.from({ length: count }, () => this.one());
  }

  private one(): WriterMessage {
    const place = integerBetween(this.rng, 0, OPEN_ORDERS - 1);
    let order = this.open[place];
    if (!order || order.done === order.steps.length) this.open[place] = order = this.newOrder();
    const corrects = order.done > 0 && this.rng.next() < CORRECTED_SHARE;
    const step = corrects ? integerBetween(this.rng, 0, order.done - 1) : order.done++;
    if (corrects) order.version++;
    return this.message(order, step, corrects);
  }

  private newOrder(): Order {
    return {
      id: `${this.prefix}${String(this.opened++).padStart(9, '0')}`,
      unitId: `u${integerBetween(this.rng, 0, UNITS - 1)}`,
      steps: this.rng.next() < RETURNED_SHARE ? RETURNED : QUIET,
      done: 0,
      version: 1,
    };
  }

  private message(order: Order, step: number, corrects: boolean): WriterMessage {
    const id = `${order.id}-${step}`;
    const atMs = this.nowMs - (order.steps.length - step) * STEP_MS;
    const note = corrects ? `${NOTE}（更正）` : NOTE;
    const fields = { orderId: order.id, unitId: order.unitId, note, ...order.steps[step] };
    const raw = JSON.stringify({ no: this.made, order: order.id, text: note, action: order.steps[step]?.action });
    const record: AnyRecord = {
      id,
      source: 'hotline-12345',
      version: order.version,
      op: 'upsert',
      atMs,
      receivedAtMs: this.nowMs,
      hash: hashOf(raw),
      raw,
      fields,
    };
    return { key: id, value: toWire(record), headers: wireHeaders(record), offset: this.made++ };
  }
}
