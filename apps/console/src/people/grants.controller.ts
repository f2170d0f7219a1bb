import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  codeSchema,
  grantListSchema,
  grantQuerySchema,
  grantSchema,
  withReasonRequestSchema,
  type WithReasonRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { PeopleCases } from './people-cases.js';

@ApiTags('人员')
@Controller('api/grants')
export class GrantsController {
  constructor(@Inject(PeopleCases) private readonly cases: PeopleCases) {}

  @Get()
  @ApiOperation({ summary: '授权申请' })
  @ApiResponse({ status: 200, standardSchema: grantListSchema })
  list(@CurrentActor() actor: Actor, @Query({ schema: grantQuerySchema }) query: z.output<typeof grantQuerySchema>) {
    return this.cases.grants(actor, query);
  }

  @Post(':id/confirm')
  @ApiOperation({ summary: '通过一项授权申请，立即生效；申请人和涉及的人不能复核' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: grantSchema })
  confirm(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: withReasonRequestSchema }) body: WithReasonRequest,
  ) {
    return this.cases.settle(actor, id, 'confirm', body.reason);
  }

  @Post(':id/reject')
  @ApiOperation({ summary: '驳回一项授权申请' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: grantSchema })
  reject(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: withReasonRequestSchema }) body: WithReasonRequest,
  ) {
    return this.cases.settle(actor, id, 'reject', body.reason);
  }

  @Post(':id/withdraw')
  @ApiOperation({ summary: '撤回自己提出的授权申请' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: grantSchema })
  withdraw(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: withReasonRequestSchema }) body: WithReasonRequest,
  ) {
    return this.cases.settle(actor, id, 'withdraw', body.reason);
  }
}
