import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  codeSchema,
  handledWorkSchema,
  handOverAnswerSchema,
  handOverRequestSchema,
  holderListSchema,
  type HandOverRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { HandOverCases } from './hand-over-cases.js';

@ApiTags('移交')
@Controller('api/hand-overs')
export class HandOverController {
  constructor(@Inject(HandOverCases) private readonly cases: HandOverCases) {}

  @Get()
  @ApiOperation({ summary: '谁手上有多少未办结的线索和督办函；已停用的在前' })
  @ApiResponse({ status: 200, standardSchema: holderListSchema })
  list() {
    return this.cases.list();
  }

  @Get(':userId')
  @ApiOperation({ summary: '一个账号手上的线索和督办函、等这个人办的线索、可以接手的人' })
  @ApiResponse({ status: 200, standardSchema: handledWorkSchema })
  get(@CurrentActor() actor: Actor, @Param('userId', { schema: codeSchema }) userId: string) {
    return this.cases.get(actor, userId);
  }

  @Post(':userId')
  @HttpCode(200)
  @ApiOperation({ summary: '移交给另一个账号，逐项办理；不能移交的留在原处并说明原因' })
  @ApiResponse({ status: 200, standardSchema: handOverAnswerSchema })
  handOver(
    @CurrentActor() actor: Actor,
    @Param('userId', { schema: codeSchema }) userId: string,
    @Body({ schema: handOverRequestSchema }) body: HandOverRequest,
  ) {
    return this.cases.handOver(actor, userId, body);
  }
}
