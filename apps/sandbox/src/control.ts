import { DAY_MS, type EpochMs } from '@tianyan/kernel';
import express, { Router, type ErrorRequestHandler } from 'express';
import { z } from 'zod';
import { SILENT_SINCE } from './ledger-world.js';
import { countNastiness } from './nastiness/counts.js';
import type { SandboxClock } from './state/sandbox-clock.js';
import type { SandboxWorld } from './sandbox.js';
import type { LedgerExporter } from './upstreams/assets/exporter.js';
import { UPSTREAMS, type Faults } from './upstreams/faults.js';
import type { TradingFeed } from './upstreams/trading/routes.js';
import { dayNumberOf, dayText } from './world/work-time.js';

export interface ControlParts {
  world: SandboxWorld;
  clock: SandboxClock;
  faults: Faults;
  feed: TradingFeed;
  exporter: LedgerExporter;
}

/**
 * Whatever is asked of a time is planned up to it, day by day, with nothing else in between. Far enough for whoever waits for a
 * deadline of months; a mistaken digit would stop the county, and each start on its folder, for good.
 */
const FURTHEST_AHEAD_MS = 366 * DAY_MS;
/** It outlasts restarts: of a mistaken digit nobody would see the end. */
const LONGEST_OUTAGE_MS = 31 * DAY_MS;

const advance = z.union([z.object({ byMs: z.number().int().positive() }), z.object({ toMs: z.number().int() })]);
const outage = z.object({ upstream: z.enum(UPSTREAMS), forRealMs: z.number().int().positive().max(LONGEST_OUTAGE_MS) });
const speed = z.object({ speed: z.number().positive().max(100_000) });
const atMsQuery = z.object({ atMs: z.coerce.number().int().optional() });

/** The sandbox's own interface: its time, its truth, and knobs for tests. */
export function controlRoutes(parts: ControlParts): Router {
  const { clock, faults } = parts;
  const router = Router();
  router.use(express.json());
  router.get('/health', (_request, response) => void response.json({ ok: true }));
  router.get('/clock', (_request, response) => void response.json(clock.report()));
  router.get('/truth', (request, response) => void response.json(truthAt(parts, atMsQuery.parse(request.query).atMs)));
  router.get('/nastiness', (request, response) => {
    const atMs = withinReach(clock, atMsQuery.parse(request.query).atMs ?? clock.nowMs());
    response.json(countNastiness(parts.world, parts.feed, faults, atMs, dayText(SILENT_SINCE)));
  });
  router.post('/control/advance', (request, response, next) => {
    const asked = advance.parse(request.body);
    clock.advanceTo(withinReach(clock, 'byMs' in asked ? clock.nowMs() + asked.byMs : asked.toMs));
    // The nights that were jumped over have dropped their files by the time the caller goes on.
    parts.exporter.catchUp(clock.nowMs()).then(() => response.json(clock.report()), next);
  });
  router.post('/control/speed', (request, response) => {
    clock.changeSpeed(speed.parse(request.body).speed);
    response.json(clock.report());
  });
  router.post('/control/outage', (request, response) => {
    const asked = outage.parse(request.body);
    faults.startOutage(asked.upstream, asked.forRealMs);
    response.json({ ok: true });
  });
  router.use(refuse);
  return router;
}

/** Wrong questions are answered so that a test's author sees what was wrong; anything else goes on to the server. */
const refuse: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof z.ZodError) response.status(400).json({ msg: z.prettifyError(error) });
  else if (error instanceof RangeError) response.status(409).json({ msg: error.message });
  else next(error);
};

/** @throws RangeError for a time that is too far away */
function withinReach(clock: SandboxClock, atMs: EpochMs): EpochMs {
  if (atMs - clock.nowMs() > FURTHEST_AHEAD_MS) throw new RangeError('that is more than a year ahead of the county’s time');
  return atMs;
}

function truthAt({ world, clock }: ControlParts, atMs: number | undefined) {
  world.ensureThrough(dayNumberOf(Math.max(withinReach(clock, atMs ?? 0), clock.nowMs())));
  return { atMs: atMs ?? null, ...world.truth.list(atMs ?? null) };
}
