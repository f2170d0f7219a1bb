import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  codeSchema,
  decisionRequestSchema,
  findingCountsSchema,
  findingDetailSchema,
  findingFilterSchema,
  findingGroupListSchema,
  findingListQuerySchema,
  findingListSchema,
  rawEvidenceQuerySchema,
  rawEvidenceSchema,
  teamWeekListSchema,
  type DecisionRequest,
} from '../api/index.js';
import { RequestKey, TakesRequestKey } from '../http/request-key.js';
import { CurrentActor } from '../http/session-guard.js';
import { FindingCases } from './finding-cases.js';
import { WeekCases } from './week-cases.js';

const indexSchema = z.coerce.number<number | string>().int().min(0).max(10_000);

@ApiTags('疑点')
@Controller('api/findings')
export class FindingsController {
  constructor(
    @Inject(FindingCases) private readonly cases: FindingCases,
    @Inject(WeekCases) private readonly weeks: WeekCases,
  ) {}

  @Get()
  @ApiOperation({ summary: '疑点列表，可按状态、规则、乡镇等筛选' })
  @ApiResponse({ status: 200, standardSchema: findingListSchema })
  list(@CurrentActor() actor: Actor, @Query({ schema: findingListQuerySchema }) query: z.output<typeof findingListQuerySchema>) {
    return this.cases.list(actor, query);
  }

  @Get('counts')
  @ApiOperation({ summary: '疑点按状态、类别、规则、乡镇的条数' })
  @ApiResponse({ status: 200, standardSchema: findingCountsSchema })
  counts(@CurrentActor() actor: Actor, @Query({ schema: findingFilterSchema }) query: z.output<typeof findingFilterSchema>) {
    return this.cases.counts(actor, query);
  }

  @Get('groups')
  @ApiOperation({ summary: '疑点按对象合并：同一合同、工单、村和事项……的列在一起，附条数' })
  @ApiResponse({ status: 200, standardSchema: findingGroupListSchema })
  groups(
    @CurrentActor() actor: Actor,
    @Query({ schema: findingListQuerySchema }) query: z.output<typeof findingListQuerySchema>,
  ) {
    return this.cases.groups(actor, query);
  }

  @Get('weeks')
  @ApiOperation({ summary: '有每周名额的监督组：本周已排的、排在后面的条数（本组成员、管理员）' })
  @ApiResponse({ status: 200, standardSchema: teamWeekListSchema })
  weekList(@CurrentActor() actor: Actor) {
    return this.weeks.list(actor);
  }

  @Get(':id')
  @ApiOperation({ summary: '一条疑点：说明、证据、规则、经过' })
  @ApiResponse({ status: 200, standardSchema: findingDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Get(':id/evidence/:index/raw')
  @ApiOperation({ summary: '一条证据的原始记录；写明理由才显示遮蔽的内容' })
  @ApiResponse({ status: 200, standardSchema: rawEvidenceSchema })
  rawEvidence(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Param('index', { schema: indexSchema }) index: number,
    @Query({ schema: rawEvidenceQuerySchema }) query: z.output<typeof rawEvidenceQuerySchema>,
  ) {
    return this.cases.rawEvidence(actor, id, index, { unmask: query.unmask === 'true', reason: query.reason ?? null });
  }

  @Post(':id/decisions')
  @TakesRequestKey()
  @ApiOperation({ summary: '对疑点作决定：排除、转为线索、重新打开（分析员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: findingDetailSchema })
  decide(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: decisionRequestSchema }) body: DecisionRequest,
    @RequestKey() key: string | null,
  ) {
    return this.cases.decide(actor, id, body, key);
  }
}
