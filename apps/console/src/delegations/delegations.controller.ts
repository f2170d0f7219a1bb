import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  codeSchema,
  delegateRequestSchema,
  delegationListSchema,
  delegationSchema,
  settleDelegationRequestSchema,
  type DelegateRequest,
  type SettleDelegationRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { DelegationCases } from './delegation-cases.js';

@ApiTags('代理')
@Controller('api/delegations')
export class DelegationsController {
  constructor(@Inject(DelegationCases) private readonly cases: DelegationCases) {}

  @Get()
  @ApiOperation({ summary: '本人的代理和替谁代理；能复核授权的还有等待复核的' })
  @ApiResponse({ status: 200, standardSchema: delegationListSchema })
  list(@CurrentActor() actor: Actor) {
    return this.cases.list(actor);
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: '请人在一段日期内代理审批、分办、验收等；另一人复核后生效' })
  @ApiResponse({ status: 200, standardSchema: delegationSchema })
  propose(@CurrentActor() actor: Actor, @Body({ schema: delegateRequestSchema }) body: DelegateRequest) {
    return this.cases.propose(actor, body);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @ApiOperation({ summary: '复核通过一项代理；涉及本人的由另一人复核' })
  @ApiResponse({ status: 200, standardSchema: delegationSchema })
  confirm(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: settleDelegationRequestSchema }) { reason }: SettleDelegationRequest,
  ) {
    return this.cases.settle(actor, id, { confirmed: true, reason });
  }

  @Post(':id/reject')
  @HttpCode(200)
  @ApiOperation({ summary: '驳回一项代理' })
  @ApiResponse({ status: 200, standardSchema: delegationSchema })
  reject(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: settleDelegationRequestSchema }) { reason }: SettleDelegationRequest,
  ) {
    return this.cases.settle(actor, id, { confirmed: false, reason });
  }

  @Post(':id/end')
  @HttpCode(200)
  @ApiOperation({ summary: '撤回一项代理，立即生效；两人中任一人都能撤回' })
  @ApiResponse({ status: 200, standardSchema: delegationSchema })
  end(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: settleDelegationRequestSchema }) { reason }: SettleDelegationRequest,
  ) {
    return this.cases.end(actor, id, reason);
  }
}
