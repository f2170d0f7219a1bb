import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { codeSchema } from '../api/index.js';
import {
  circularDetailSchema,
  circularListQuerySchema,
  circularListSchema,
  circularStepSchema,
  draftCircularRequestSchema,
  improvementStepSchema,
  type CircularStepBody,
  type DraftCircularRequest,
  type ImprovementStepBody,
} from '../api/circulars.js';
import { RequestKey, TakesRequestKey } from '../http/request-key.js';
import { CurrentActor } from '../http/session-guard.js';
import { CircularCases } from './circular-cases.js';

@ApiTags('通报')
@Controller('api')
export class CircularsController {
  constructor(@Inject(CircularCases) private readonly cases: CircularCases) {}

  @Get('circulars')
  @ApiOperation({ summary: '通报列表，可按状态、单位、乡镇、是否超期、来源筛选' })
  @ApiResponse({ status: 200, standardSchema: circularListSchema })
  list(
    @CurrentActor() actor: Actor,
    @Query({ schema: circularListQuerySchema }) query: z.output<typeof circularListQuerySchema>,
  ) {
    return this.cases.list(actor, query);
  }

  @Post('circulars')
  @TakesRequestKey()
  @HttpCode(200)
  @ApiOperation({ summary: '由疑点、线索或督办函拟一份通报；正文只有拟稿人写的内容，不得有个人信息' })
  @ApiResponse({ status: 200, standardSchema: circularDetailSchema })
  draft(
    @CurrentActor() actor: Actor,
    @Body({ schema: draftCircularRequestSchema }) body: DraftCircularRequest,
    @RequestKey() key: string | null,
  ) {
    return this.cases.draft(actor, body, key);
  }

  @Get('circulars/:id')
  @ApiOperation({ summary: '一份通报：正文、各单位的进度、已阅情况、报送的制度、办理经过' })
  @ApiResponse({ status: 200, standardSchema: circularDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Post('circulars/:id/steps')
  @HttpCode(200)
  @ApiOperation({ summary: '通报办理一步；别人先办了则不受理（409）' })
  @ApiResponse({ status: 200, standardSchema: circularDetailSchema })
  take(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: circularStepSchema }) body: CircularStepBody,
  ) {
    return this.cases.take(actor, id, body);
  }

  @Post('improvements/:id/steps')
  @HttpCode(200)
  @ApiOperation({ summary: '核对单位报送的一项制度：计入，或退回补正' })
  @ApiResponse({ status: 200, standardSchema: circularDetailSchema })
  takeImprovementStep(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: improvementStepSchema }) body: ImprovementStepBody,
  ) {
    return this.cases.takeImprovementStep(actor, id, body);
  }
}
