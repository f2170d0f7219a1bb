import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { advisoriesSchema, settleClockRequestSchema, type SettleClockRequest } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { AdvisoryCases } from './advisory-cases.js';

@ApiTags('平台提示')
@Controller('api/advisories')
export class AdvisoriesController {
  constructor(@Inject(AdvisoryCases) private readonly cases: AdvisoryCases) {}

  @Get()
  @ApiOperation({ summary: '平台自身的状态提示' })
  @ApiResponse({ status: 200, standardSchema: advisoriesSchema })
  list() {
    return this.cases.list();
  }

  @Post('clock')
  @ApiOperation({ summary: '处理时钟跳变（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: advisoriesSchema })
  settleClock(@CurrentActor() actor: Actor, @Body({ schema: settleClockRequestSchema }) body: SettleClockRequest) {
    return this.cases.settleClock(actor, body);
  }
}
