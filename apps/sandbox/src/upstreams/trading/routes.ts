import { Router } from 'express';
import type { Clock, EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import type { SandboxWorld } from '../../sandbox.js';
import { Dice, STREAM } from '../../world/dice.js';
import type { TradeChange } from '../../world/ledger.js';
import { dayNumberOf, type DayNumber } from '../../world/work-time.js';
import { sendJson, type Faults } from '../faults.js';
import { renderTrade } from './render.js';

/** The only key the sandbox knows; it guards nothing and stands in the README. */
export const TRADING_KEY = 'sandbox-trading';
/** Sequence numbers leave room for this many changes a day. */
export const CHANGES_PER_DAY_LIMIT = 100_000;

const query = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(500),
});

export interface SequencedChange {
  seq: number;
  change: TradeChange;
}

/** The trading system's change feed as a list, in order. */
export class TradingFeed {
  constructor(
    private readonly world: SandboxWorld,
    private readonly startDay: DayNumber,
  ) {}

  /** Changes after the number that are out by `nowMs`. */
  *after(seq: number, nowMs: EpochMs): Generator<SequencedChange> {
    const lastDay = dayNumberOf(nowMs);
    this.world.ensureThrough(lastDay);
    for (let day = this.startDay + Math.floor(seq / CHANGES_PER_DAY_LIMIT); day <= lastDay; day++) {
      const base = (day - this.startDay) * CHANGES_PER_DAY_LIMIT;
      const changes = untidyDay(this.world.seed, day, this.world.ledgers.ledger.changesOf(day));
      for (let i = 0; i < changes.length; i++) {
        const change = changes[i];
        if (!change || change.publishedAtMs > nowMs) break;
        if (base + i + 1 > seq) yield { seq: base + i + 1, change };
      }
    }
  }
}

/** The feed's own mistakes: bids told twice, bids withdrawn, and now and then a change that is no change at all. */
function untidyDay(seed: number, day: DayNumber, changes: readonly TradeChange[]): TradeChange[] {
  const dice = new Dice(seed, STREAM.trading, day);
  const out: TradeChange[] = [];
  for (const change of changes) {
    out.push(change);
    if (change.entity === 'LISTING' && dice.chance(0.06)) out.push({ ...change, malformed: true });
    if (change.entity === 'DEAL' && dice.chance(0.03)) out.push(change);
    if (change.entity !== 'BID') continue;
    if (dice.chance(0.03)) out.push(change);
    if (dice.chance(0.03)) {
      const slip = { ...change.fields, bidId: `${change.fields.bidId}X` };
      out.push({ ...change, fields: slip }, { ...change, fields: slip, op: 'DELETE' });
    }
  }
  return out;
}

export function tradingRoutes(parts: { world: SandboxWorld; feed: TradingFeed; clock: Clock; faults: Faults }): Router {
  const router = Router();
  router.use((request, response, next) => {
    if (request.headers['x-api-key'] === TRADING_KEY) next();
    else response.status(401).json({ code: 401, msg: '未授权' });
  });
  router.use(parts.faults.middleware('trading'));
  router.get('/changes', (request, response) => {
    const asked = query.safeParse(request.query);
    if (!asked.success) {
      response.status(400).json({ code: 400, msg: '参数错误' });
      return;
    }
    const { after, limit } = asked.data;
    const items: unknown[] = [];
    let lastSeq = after;
    let more = false;
    for (const { seq, change } of parts.feed.after(after, parts.clock.nowMs())) {
      if (items.length === limit) {
        more = true;
        break;
      }
      items.push(renderTrade(parts.world.county, seq, change));
      lastSeq = seq;
    }
    sendJson(response, { items, lastSeq, more });
  });
  return router;
}
