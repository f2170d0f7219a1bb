import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  clueAfterStepSchema,
  clueCountsSchema,
  clueDetailSchema,
  clueFilterSchema,
  clueHandlerListSchema,
  clueListQuerySchema,
  clueListSchema,
  clueReaderListSchema,
  cluePeopleSchema,
  clueStepRequestSchema,
  codeSchema,
  registerClueRequestSchema,
  relatedClueListSchema,
  revealPeopleRequestSchema,
  type ClueStepRequest,
  type RegisterClueRequest,
  type RevealPeopleRequest,
} from '../api/index.js';
import { RequestKey, TakesRequestKey } from '../http/request-key.js';
import { CurrentActor } from '../http/session-guard.js';
import { ClueCases } from './clue-cases.js';

@ApiTags('线索')
@Controller('api')
export class CluesController {
  constructor(@Inject(ClueCases) private readonly cases: ClueCases) {}

  @Get('clues')
  @ApiOperation({ summary: '问题线索列表，可按状态、期限、承办人筛选' })
  @ApiResponse({ status: 200, standardSchema: clueListSchema })
  list(@CurrentActor() actor: Actor, @Query({ schema: clueListQuerySchema }) query: z.output<typeof clueListQuerySchema>) {
    return this.cases.list(actor, query);
  }

  @Get('clues/counts')
  @ApiOperation({ summary: '问题线索按状态的条数，临期、超期的条数' })
  @ApiResponse({ status: 200, standardSchema: clueCountsSchema })
  counts(@CurrentActor() actor: Actor, @Query({ schema: clueFilterSchema }) query: z.output<typeof clueFilterSchema>) {
    return this.cases.counts(actor, query);
  }

  @Post('clues')
  @TakesRequestKey()
  @HttpCode(200)
  @ApiOperation({ summary: '由一条或几条疑点登记问题线索（分析员）' })
  @ApiResponse({ status: 200, standardSchema: clueDetailSchema })
  register(
    @CurrentActor() actor: Actor,
    @Body({ schema: registerClueRequestSchema }) body: RegisterClueRequest,
    @RequestKey() key: string | null,
  ) {
    return this.cases.register(actor, body, key);
  }

  @Get('clues/:id')
  @ApiOperation({ summary: '一条问题线索：疑点、涉及人员、办理经过、现在能办的步骤' })
  @ApiResponse({ status: 200, standardSchema: clueDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Post('clues/:id/steps')
  @TakesRequestKey()
  @HttpCode(200)
  @ApiOperation({
    summary:
      '办理一步；写明看到的是第几步之后的线索，别人先办了则不受理（409）。办完自己看不到了的（回避后退出知悉范围），只回编号',
  })
  @ApiResponse({ status: 200, standardSchema: clueAfterStepSchema })
  take(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: clueStepRequestSchema }) body: ClueStepRequest,
    @RequestKey() key: string | null,
  ) {
    return this.cases.take(actor, id, body, key);
  }

  @Get('clues/:id/handlers')
  @ApiOperation({ summary: '可以承办这条线索的人，各自手上的线索数，是否回避' })
  @ApiResponse({ status: 200, standardSchema: clueHandlerListSchema })
  handlers(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.handlers(actor, id);
  }

  @Get('clues/:id/readers')
  @ApiOperation({ summary: '可以列入知悉范围的人：能看线索、管辖范围覆盖、没有回避的' })
  @ApiResponse({ status: 200, standardSchema: clueReaderListSchema })
  readers(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.readers(actor, id);
  }

  @Post('clues/:id/people/reveal')
  @HttpCode(200)
  @ApiOperation({ summary: '写明理由查看涉及人员的姓名；记入操作日志，计入每天的上限' })
  @ApiResponse({ status: 200, standardSchema: cluePeopleSchema })
  people(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: revealPeopleRequestSchema }) { reason }: RevealPeopleRequest,
  ) {
    return this.cases.people(actor, id, reason);
  }

  @Get('findings/:id/clues')
  @ApiOperation({ summary: '与这条疑点同一对象的其他线索，可以并入' })
  @ApiResponse({ status: 200, standardSchema: relatedClueListSchema })
  ofFinding(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.ofFinding(actor, id);
  }
}
