import { LOGGER, POSTGRES, WAREHOUSE } from '@tianyan/runtime';
import type { WarehouseReader } from '@tianyan/warehouse';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import type pg from 'pg';
import type { Logger } from 'pino';
import { Public } from '../http/session-guard.js';

/** For whoever supervises the process. Says nothing that is not to be known without a session. */
@ApiExcludeController()
@Public()
@Controller()
export class HealthController {
  constructor(
    @Inject(POSTGRES) private readonly pool: pg.Pool,
    @Inject(WAREHOUSE) private readonly warehouse: WarehouseReader,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The process lives. */
  @Get('healthz')
  live() {
    return { status: 'ok' };
  }

  /** It can answer: both stores do. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) response: Response) {
    const checks = await Promise.allSettled([
      this.pool.query('SELECT 1'),
      this.warehouse.rows({ sql: 'SELECT 1 AS one', params: {} }),
    ]);
    const failures = checks.filter((check) => check.status === 'rejected');
    for (const failure of failures) this.logger.warn({ err: failure.reason }, 'not ready');
    response.status(failures.length === 0 ? 200 : 503);
    return { status: failures.length === 0 ? 'ok' : 'unavailable' };
  }
}
