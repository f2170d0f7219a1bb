import { RefusedError } from '@tianyan/kernel';
import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TianyanConfig } from '../config.js';
import { CONFIG, METRICS } from '../tokens.js';
import { Public } from './access.js';
import type { Metrics } from './metrics.js';
import { Readiness, type ReadinessAnswer } from './readiness.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** For whoever supervises the process. Says nothing of people and nothing of what was found. */
@ApiExcludeController()
@Public()
@Controller()
export class OperationsController {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: TianyanConfig,
  ) {}

  /** The process lives. */
  @Get('healthz')
  live() {
    return { status: 'ok' };
  }

  /** It can work: everything that it needs answers, and it is not about to stop. Says what is down, not why: see the log. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) response: ServerResponse): Promise<ReadinessAnswer> {
    const answer = await this.readiness.ask();
    response.statusCode = answer.status === 'ok' ? 200 : 503;
    return answer;
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
