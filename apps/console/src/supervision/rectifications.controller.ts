import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  codeSchema,
  rectificationDetailSchema,
  rectificationFilterSchema,
  rectificationListQuerySchema,
  rectificationListSchema,
  rectificationPeopleSchema,
  rectificationStepSchema,
  rectificationTotalsSchema,
  registerRectificationSchema,
  revealPeopleRequestSchema,
  type RectificationStepBody,
  type RegisterRectificationRequest,
  type RevealPeopleRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RectificationCases } from './rectification-cases.js';

@ApiTags('整改台账')
@Controller('api/rectifications')
export class RectificationsController {
  constructor(@Inject(RectificationCases) private readonly cases: RectificationCases) {}

  @Get()
  @ApiOperation({ summary: '整改台账，可按单位、乡镇、状态、是否超期筛选' })
  @ApiResponse({ status: 200, standardSchema: rectificationListSchema })
  list(
    @CurrentActor() actor: Actor,
    @Query({ schema: rectificationListQuerySchema }) query: z.output<typeof rectificationListQuerySchema>,
  ) {
    return this.cases.list(actor, query);
  }

  @Get('totals')
  @ApiOperation({ summary: '整改台账合计：各状态件数、整改率、追回金额、建立完善的制度' })
  @ApiResponse({ status: 200, standardSchema: rectificationTotalsSchema })
  totals(
    @CurrentActor() actor: Actor,
    @Query({ schema: rectificationFilterSchema }) query: z.output<typeof rectificationFilterSchema>,
  ) {
    return this.cases.totals(actor, query);
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: '登记一项整改：由督办函的答复，或直接登记' })
  @ApiResponse({ status: 200, standardSchema: rectificationDetailSchema })
  register(@CurrentActor() actor: Actor, @Body({ schema: registerRectificationSchema }) body: RegisterRectificationRequest) {
    return this.cases.register(actor, body);
  }

  @Get(':id')
  @ApiOperation({ summary: '一项整改：问题、措施、佐证、办理经过' })
  @ApiResponse({ status: 200, standardSchema: rectificationDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Post(':id/steps')
  @HttpCode(200)
  @ApiOperation({ summary: '整改事项办理一步；别人先办了则不受理（409）' })
  @ApiResponse({ status: 200, standardSchema: rectificationDetailSchema })
  take(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: rectificationStepSchema }) body: RectificationStepBody,
  ) {
    return this.cases.take(actor, id, body);
  }

  @Post(':id/people/reveal')
  @HttpCode(200)
  @ApiOperation({ summary: '写明理由查看责任人、责任领导的姓名；记入操作日志，计入每天的上限' })
  @ApiResponse({ status: 200, standardSchema: rectificationPeopleSchema })
  people(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: revealPeopleRequestSchema }) body: RevealPeopleRequest,
  ) {
    return this.cases.people(actor, id, body.reason);
  }
}
