import type { Actor } from '@tianyan/access';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  codeSchema,
  figureListSchema,
  figureRecordsQuerySchema,
  figureRecordsSchema,
  placeKindSchema,
  scorecardListQuerySchema,
  scorecardListSchema,
  scorecardQuerySchema,
  scorecardSchema,
  surgeListSchema,
  surgeOrdersQuerySchema,
  surgeOrdersSchema,
  surgeQuerySchema,
  type PlaceKind,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { ScorecardCases } from './scorecard-cases.js';

@ApiTags('记分卡')
@Controller('api/scorecards')
export class ScorecardsController {
  constructor(@Inject(ScorecardCases) private readonly cases: ScorecardCases) {}

  @Get('figures')
  @ApiOperation({ summary: '记分卡的各项指标怎么算：分子、分母、不计哪些' })
  @ApiResponse({ status: 200, standardSchema: figureListSchema })
  figures() {
    return this.cases.figures();
  }

  @Get(':kind')
  @ApiOperation({ summary: '单位、乡镇、村的记分卡列表（管辖范围内），可按一项指标排序' })
  @ApiResponse({ status: 200, standardSchema: scorecardListSchema })
  list(
    @CurrentActor() actor: Actor,
    @Param('kind', { schema: placeKindSchema }) kind: PlaceKind,
    @Query({ schema: scorecardListQuerySchema }) query: z.output<typeof scorecardListQuerySchema>,
  ) {
    return this.cases.list(actor, kind, query);
  }

  @Get(':kind/:code')
  @ApiOperation({ summary: '一个单位、乡镇、村或全县的记分卡：与上期、去年同期、同类平均比' })
  @ApiResponse({ status: 200, standardSchema: scorecardSchema })
  get(
    @CurrentActor() actor: Actor,
    @Param('kind', { schema: placeKindSchema }) kind: PlaceKind,
    @Param('code', { schema: codeSchema }) code: string,
    @Query({ schema: scorecardQuerySchema }) query: z.output<typeof scorecardQuerySchema>,
  ) {
    return this.cases.get(actor, kind, code, query);
  }

  @Get(':kind/:code/figures/:figure/records')
  @ApiOperation({ summary: '一项指标背后的记录：分子、分母或分母里的其余，最新的在前' })
  @ApiResponse({ status: 200, standardSchema: figureRecordsSchema })
  records(
    @CurrentActor() actor: Actor,
    @Param('kind', { schema: placeKindSchema }) kind: PlaceKind,
    @Param('code', { schema: codeSchema }) code: string,
    @Param('figure', { schema: codeSchema }) figure: string,
    @Query({ schema: figureRecordsQuerySchema }) query: z.output<typeof figureRecordsQuerySchema>,
  ) {
    return this.cases.records(actor, { kind, code, figure }, query);
  }
}

@ApiTags('集中反映')
@Controller('api/surges')
export class SurgesController {
  constructor(@Inject(ScorecardCases) private readonly cases: ScorecardCases) {}

  @Get()
  @ApiOperation({ summary: '近 7 天或 30 天哪里的哪类事项比往年同期（或平常）明显多，最反常的在前' })
  @ApiResponse({ status: 200, standardSchema: surgeListSchema })
  list(@CurrentActor() actor: Actor, @Query({ schema: surgeQuerySchema }) query: z.output<typeof surgeQuerySchema>) {
    return this.cases.surges(actor, query.days === '7' ? 7 : 30);
  }

  @Get('orders')
  @ApiOperation({ summary: '一处集中反映背后的工单编号；保密工单不计' })
  @ApiResponse({ status: 200, standardSchema: surgeOrdersSchema })
  orders(
    @CurrentActor() actor: Actor,
    @Query({ schema: surgeOrdersQuerySchema }) query: z.output<typeof surgeOrdersQuerySchema>,
  ) {
    return this.cases.surgeOrders(actor, query);
  }
}
