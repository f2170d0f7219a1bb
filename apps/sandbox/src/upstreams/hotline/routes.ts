import { Router, type Request, type Response } from 'express';
import type { Clock } from '@tianyan/kernel';
import { z } from 'zod';
import type { County } from '../../world/county.js';
import { Dice } from '../../world/dice.js';
import { chinaDateTime, dayNumber } from '../../world/work-time.js';
import { sendJson, type Faults } from '../faults.js';
import { ORDERS_PER_DAY_LIMIT } from './day-index.js';
import { agentStatesRoute, callsRoute } from './centre-routes.js';
import type { CallCentre } from './centre.js';
import type { HotlineRenderer } from './render.js';
import type { FeedName, FeedPosition, FeedRow, HotlineTimeline } from './timeline.js';

/** The only key the sandbox knows; it guards nothing and stands in the README. */
export const HOTLINE_TOKEN = 'sandbox-hotline';
const MAX_PAGE = 5_000;
/** Rows of the page before that a page may repeat. */
const MAX_REPEATED = 15;

const query = z.object({
  updatedSince: z.coerce.number().int().min(0).default(0),
  afterId: z.string().default(''),
  pageSize: z.coerce.number().int().min(1).max(MAX_PAGE).default(1_000),
});

export interface HotlineParts {
  county: County;
  timeline: HotlineTimeline;
  centre: CallCentre;
  renderer: HotlineRenderer;
  clock: Clock;
  faults: Faults;
  /** When the directory was last changed. */
  directoryAtMs: number;
}

/** The interface of the 12345 system. */
export function hotlineRoutes(parts: HotlineParts): Router {
  const router = Router();
  router.use((request, response, next) => {
    if (request.headers.authorization === `Bearer ${HOTLINE_TOKEN}`) next();
    else response.status(401).json({ code: 401, msg: '未授权' });
  });
  router.use(parts.faults.middleware('hotline'));
  router.get('/orders', (request, response) => sendPage(parts, 'orders', request, response));
  router.get('/flows', (request, response) => sendPage(parts, 'flows', request, response));
  router.get('/calls', callsRoute(parts.centre, parts.clock));
  router.get('/agent-states', agentStatesRoute(parts.centre, parts.clock));
  router.get('/units', (_request, response) => sendRows(parts, response, unitRows(parts)));
  router.get('/divisions', (_request, response) => sendRows(parts, response, divisionRows(parts)));
  return router;
}

function sendPage(parts: HotlineParts, feed: FeedName, request: Request, response: Response): void {
  const asked = query.safeParse(request.query);
  if (!asked.success) {
    response.status(400).json({ code: 400, msg: '参数错误' });
    return;
  }
  const { updatedSince, afterId, pageSize } = asked.data;
  const after = positionOf(updatedSince, afterId);
  const { rows, hasMore } = parts.timeline.page(feed, after, pageSize, parts.clock.nowMs());
  const last = rows.at(-1);
  const next = last ? { updatedSince: last.entry.publishedAtMs, afterId: positionId(feed, last) } : { updatedSince, afterId };
  const rendered = untidy(rows, pageSize, after).map((row) =>
    feed === 'flows' ? parts.renderer.flow(row) : parts.renderer.order(row),
  );
  sendJson(response, {
    code: 0,
    msg: 'ok',
    data: { rows: rendered, hasMore, next, serverTime: chinaDateTime(parts.clock.nowMs()) },
  });
}

/** Shuffles a page a little and repeats some of its good rows: readers must not rely on order or on singleness. */
function untidy(rows: readonly FeedRow[], pageSize: number, after: FeedPosition): FeedRow[] {
  const dice = new Dice(after.publishedAtMs % 0x7fffffff, after.orderRef, after.sub, pageSize);
  const out = [...rows];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.max(0, i - dice.int(0, 30));
    const [a, b] = [out[i], out[j]];
    if (a && b) [out[i], out[j]] = [b, a];
  }
  if (rows.length > 50 && dice.chance(0.5)) {
    const good = rows.slice(0, dice.int(1, MAX_REPEATED)).filter((row) => row.publication.variant === 'plain');
    out.push(...good);
  }
  return out;
}

function positionId(feed: FeedName, row: FeedRow): string {
  const sub = String(row.entry.sub).padStart(2, '0');
  return feed === 'flows' ? `${row.life.orderId}-${sub}` : row.entry.sub === 0 ? row.life.orderId : `${row.life.orderId}-${sub}`;
}

const positionPattern = /^XS(\d{4})(\d{2})(\d{2})(\d{5})(?:-(\d{2}))?$/;

/** An id that says nothing to us stands before all rows of that millisecond: repeats some rather than losing one. */
function positionOf(updatedSince: number, afterId: string): FeedPosition {
  const match = positionPattern.exec(afterId);
  if (!match) return { publishedAtMs: updatedSince, orderRef: 0, sub: 0 };
  const day = dayNumber(`${match[1]}-${match[2]}-${match[3]}`);
  return { publishedAtMs: updatedSince, orderRef: day * ORDERS_PER_DAY_LIMIT + Number(match[4]), sub: Number(match[5] ?? 0) };
}

function sendRows(parts: HotlineParts, response: Response, rows: readonly unknown[]): void {
  sendJson(response, { code: 0, msg: 'ok', data: { rows, serverTime: chinaDateTime(parts.clock.nowMs()) } });
}

const UNIT_KINDS = { department: '部门', township: '乡镇', enterprise: '公用企业' } as const;

function unitRows({ county, directoryAtMs }: HotlineParts) {
  return county.units.map((unit) => ({
    dwbm: unit.id,
    dwmc: unit.name,
    dwlx: UNIT_KINDS[unit.kind],
    xzdm: unit.townshipCode ?? '',
    gxsj: directoryAtMs,
  }));
}

function divisionRows({ county, directoryAtMs }: HotlineParts) {
  return [
    { qhdm: county.code, qhmc: county.name, cj: '县', sjdm: '', gxsj: directoryAtMs },
    ...county.townships.map((t) => ({ qhdm: t.code, qhmc: t.name, cj: '乡镇', sjdm: county.code, gxsj: directoryAtMs })),
    ...county.villages.map((v) => ({ qhdm: v.code, qhmc: v.name, cj: '村', sjdm: v.township.code, gxsj: directoryAtMs })),
  ];
}
