import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { noticesSchema, settleClockRequestSchema, type SettleClockRequest } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { NoticeCases } from './notice-cases.js';

@ApiTags('平台提示')
@Controller('api/notices')
export class NoticesController {
  constructor(@Inject(NoticeCases) private readonly cases: NoticeCases) {}

  @Get()
  @ApiOperation({ summary: '平台自身的状态提示' })
  @ApiResponse({ status: 200, standardSchema: noticesSchema })
  list() {
    return this.cases.list();
  }

  @Post('clock')
  @ApiOperation({ summary: '处理时钟跳变（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: noticesSchema })
  settleClock(@CurrentActor() actor: Actor, @Body({ schema: settleClockRequestSchema }) body: SettleClockRequest) {
    return this.cases.settleClock(actor, body);
  }
}
