import { RefusedError } from '@tianyan/kernel';
import type { WarehouseReader } from '@tianyan/warehouse';
import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { TianyanConfig } from '../config.js';
import { CONFIG, LOGGER, METRICS, POSTGRES, WAREHOUSE } from '../tokens.js';
import { Public } from './access.js';
import type { Metrics } from './metrics.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** For whoever supervises the process. Says nothing of people and nothing of what was found. */
@ApiExcludeController()
@Public()
@Controller()
export class OperationsController {
  constructor(
    @Inject(POSTGRES) private readonly pool: pg.Pool,
    @Inject(WAREHOUSE) private readonly warehouse: WarehouseReader,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: TianyanConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The process lives. */
  @Get('healthz')
  live() {
    return { status: 'ok' };
  }

  /** It can work: both stores answer. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) response: ServerResponse) {
    const checks = await Promise.allSettled([
      this.pool.query('SELECT 1'),
      this.warehouse.rows({ sql: 'SELECT 1 AS one', params: {} }),
    ]);
    const failures = checks.filter((check) => check.status === 'rejected');
    for (const failure of failures) this.logger.warn({ err: failure.reason }, 'not ready');
    response.statusCode = failures.length === 0 ? 200 : 503;
    return { status: failures.length === 0 ? 'ok' : 'unavailable' };
  }

  /** Prometheus text, for programs of this machine or those that know TIANYAN_METRICS_TOKEN. */
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async scrape(@Req() request: IncomingMessage): Promise<string> {
    const token = this.config.metricsToken;
    const knows = token !== null && request.headers.authorization === `Bearer ${token}`;
    const isLocal = LOOPBACK.has(request.socket.remoteAddress ?? '') && request.headers['x-forwarded-for'] === undefined;
    if (!knows && !isLocal) throw new RefusedError('forbidden', '指标只对本机或持有令牌的程序开放');
    return this.metrics.metrics();
  }
}
