import type { Actor } from '@tianyan/access';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { overviewSchema } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { OverviewCases } from './overview-cases.js';

@ApiTags('概览')
@Controller('api/overview')
export class OverviewController {
  constructor(@Inject(OverviewCases) private readonly cases: OverviewCases) {}

  @Get()
  @ApiOperation({ summary: '总览：今天的数字、数据源、趋势' })
  @ApiResponse({ status: 200, standardSchema: overviewSchema })
  get(@CurrentActor() actor: Actor) {
    return this.cases.get(actor);
  }
}
