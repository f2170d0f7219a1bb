import { AGENT_STATES, CALL_OUTCOMES } from '@tianyan/contracts';
import type { Clock } from '@tianyan/kernel';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { chinaDateTime, dayNumberOf } from '../../world/work-time.js';
import { sendJson } from '../faults.js';
import type { CallCentre, CentreCall, CentreState } from './centre.js';

const MAX_PAGE = 5_000;
const query = z.object({
  updatedSince: z.coerce.number().int().min(0).default(0),
  afterId: z.string().default(''),
  pageSize: z.coerce.number().int().min(1).max(MAX_PAGE).default(1_000),
});

/** The calls that ended, as the telephone system writes them. */
export function callsRoute(centre: CallCentre, clock: Clock): RequestHandler {
  return pages(centre, clock, (day) => centre.rowsOf(day).calls, (call: CentreCall) => ({
    hjid: call.id, pdsj: chinaDateTime(call.queuedAtMs), zxgh: call.agentId ?? '', jtjg: CALL_OUTCOMES[call.outcome],
    ddms: call.waitSeconds, thms: call.talkSeconds ?? '', gdbh: call.orderId ?? '',
  })); // prettier-ignore
}

/** The agents' states that ended. */
export function agentStatesRoute(centre: CallCentre, clock: Clock): RequestHandler {
  return pages(centre, clock, (day) => centre.rowsOf(day).states, (row: CentreState) => ({
    ztid: row.id, zxgh: row.agentId, ztmc: AGENT_STATES[row.state], kssj: chinaDateTime(row.sinceMs), csms: row.seconds,
  })); // prettier-ignore
}

/** Rows after the reader's position that have been published, day by day; a row never changes and is never taken back. */
function pages<Row extends { id: string; publishedAtMs: number }>(
  centre: CallCentre,
  clock: Clock,
  rowsOf: (day: number) => readonly Row[],
  render: (row: Row) => Record<string, unknown>,
): RequestHandler {
  return (request, response) => {
    const asked = query.safeParse(request.query);
    if (!asked.success) {
      response.status(400).json({ code: 400, msg: '参数错误' });
      return;
    }
    const { updatedSince, afterId, pageSize } = asked.data;
    const nowMs = clock.nowMs();
    const isAfter = (row: Row) => row.publishedAtMs > updatedSince || (row.publishedAtMs === updatedSince && row.id > afterId);
    const found: Row[] = [];
    const firstDay = Math.max(centre.startDay, dayNumberOf(updatedSince));
    for (let day = firstDay; day <= dayNumberOf(nowMs) && found.length <= pageSize; day++)
      found.push(...rowsOf(day).filter((row) => isAfter(row) && row.publishedAtMs <= nowMs));
    const rows = found.slice(0, pageSize);
    const last = rows.at(-1);
    const next = last ? { updatedSince: last.publishedAtMs, afterId: last.id } : { updatedSince, afterId };
    sendJson(response, {
      code: 0,
      msg: 'ok',
      data: {
        rows: rows.map((row) => ({ ...render(row), gxsj: row.publishedAtMs, scbz: '0' })),
        hasMore: found.length > pageSize,
        next,
        serverTime: chinaDateTime(nowMs),
      },
    });
  };
}
