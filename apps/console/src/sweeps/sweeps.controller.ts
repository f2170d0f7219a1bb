import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  codeSchema,
  driftListSchema,
  startSweepRequestSchema,
  startSweepResultSchema,
  sweepListSchema,
  sweepQuerySchema,
  type StartSweepRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { SweepCases } from './sweep-cases.js';

@ApiTags('全量复核')
@Controller('api/sweeps')
export class SweepsController {
  constructor(@Inject(SweepCases) private readonly cases: SweepCases) {}

  @Get()
  @ApiOperation({ summary: '巡检记录' })
  @ApiResponse({ status: 200, standardSchema: sweepListSchema })
  list(@Query({ schema: sweepQuerySchema }) query: z.output<typeof sweepQuerySchema>) {
    return this.cases.list(query);
  }

  @Get(':id/drift')
  @ApiOperation({ summary: '一次巡检发现的漂移' })
  @ApiResponse({ status: 200, standardSchema: driftListSchema })
  drift(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Query({ schema: sweepQuerySchema }) query: z.output<typeof sweepQuerySchema>,
  ) {
    return this.cases.drift(actor, id, query);
  }

  @Post()
  @ApiOperation({ summary: '发起一次巡检（管理员）' })
  @HttpCode(202)
  @ApiResponse({ status: 202, standardSchema: startSweepResultSchema })
  start(@CurrentActor() actor: Actor, @Body({ schema: startSweepRequestSchema }) body: StartSweepRequest) {
    return this.cases.start(actor, body.ruleIds ?? null);
  }
}
