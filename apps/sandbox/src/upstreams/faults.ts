import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Clock, EpochMs } from '@tianyan/kernel';
import { dayNumber, dayNumberOf, startOfDayMs } from '../world/work-time.js';
import { HOUR_MS, MINUTE_MS } from '@tianyan/kernel';
import { join } from 'node:path';
import { z } from 'zod';
import { StateFile } from '../state/state-file.js';

export const UPSTREAMS = ['hotline', 'assets', 'trading'] as const;
export type Upstream = (typeof UPSTREAMS)[number];

/** Until when (machine time) an outage asked for by hand lasts: kept, so that a restart does not end it. */
const outagesSchema = z.partialRecord(z.enum(UPSTREAMS), z.number());

/** A planned outage of the hotline: 40 minutes in the afternoon of the first live day and of every third day after. */
const FIRST_OUTAGE_DAY = dayNumber('2026-07-01');
const OUTAGE_FROM_MS = 14 * HOUR_MS;
const OUTAGE_MS = 40 * MINUTE_MS;

/** What goes wrong in answering, whatever the data: counted by request, so that repeating a request helps. */
export class Faults {
  private requests = 0;
  private readonly outageUntilRealMs: z.output<typeof outagesSchema>;
  private readonly file: StateFile<z.output<typeof outagesSchema>>;
  readonly done = { tooMany: 0, serverErrors: 0, cutBodies: 0, refusedInOutage: 0 };

  constructor(
    private readonly county: Clock,
    private readonly machine: Clock,
    /** Off for measuring and for tests of other things. */
    private readonly enabled: boolean,
    dataFolder: string,
  ) {
    this.file = new StateFile(join(dataFolder, 'outages.json'), outagesSchema);
    this.outageUntilRealMs = this.file.read() ?? {};
  }

  startOutage(upstream: Upstream, forRealMs: number): void {
    this.outageUntilRealMs[upstream] = this.machine.nowMs() + forRealMs;
    this.file.save(this.outageUntilRealMs);
  }

  isOut(upstream: Upstream): boolean {
    if (this.machine.nowMs() < (this.outageUntilRealMs[upstream] ?? 0)) return true;
    return this.enabled && upstream === 'hotline' && isPlannedOutage(this.county.nowMs());
  }

  /** Answers a request with a fault when its turn has come. */
  middleware(upstream: Upstream): RequestHandler {
    return (_request: Request, response: Response, next: NextFunction) => {
      if (this.isOut(upstream)) {
        this.done.refusedInOutage++;
        response.status(503).json({ code: 503, msg: '系统维护中，请稍后再试' });
        return;
      }
      const turn = ++this.requests;
      if (!this.enabled) return next();
      if (turn % 40 === 17) {
        this.done.tooMany++;
        response.status(429).set('Retry-After', '1').json({ code: 429, msg: '请求过于频繁' });
      } else if (turn % 60 === 31) {
        this.done.serverErrors++;
        response.status(500).json({ code: 500, msg: '系统繁忙' });
      } else if (turn % 150 === 77) {
        this.done.cutBodies++;
        response.locals.cutBody = true;
        next();
      } else next();
    };
  }
}

function isPlannedOutage(nowMs: EpochMs): boolean {
  const day = dayNumberOf(nowMs);
  const sinceMs = nowMs - startOfDayMs(day);
  return (
    day >= FIRST_OUTAGE_DAY &&
    (day - FIRST_OUTAGE_DAY) % 3 === 0 &&
    sinceMs >= OUTAGE_FROM_MS &&
    sinceMs < OUTAGE_FROM_MS + OUTAGE_MS
  );
}

/** Sends JSON, or the first half of it where a fault says so. */
export function sendJson(response: Response, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .type('application/json; charset=utf-8')
    .send(response.locals.cutBody === true ? text.slice(0, text.length >> 1) : text);
}
