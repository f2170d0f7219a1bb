import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  codeSchema,
  correctionRequestSchema,
  discardRequestSchema,
  doneSchema,
  groupMendRequestSchema,
  mendDetailSchema,
  mendListSchema,
  mendQuerySchema,
  mendSchema,
  planPreviewRequestSchema,
  planPreviewSchema,
  quarantineDetailSchema,
  quarantineGroupDetailSchema,
  quarantineGroupListSchema,
  quarantineGroupQuerySchema,
  quarantineListSchema,
  quarantineQuerySchema,
  rawEvidenceQuerySchema,
  rejectRequestSchema,
  reopenRequestSchema,
  replayResultSchema,
  type CorrectionRequest,
  type DiscardRequest,
  type Done,
  type GroupMendRequest,
  type PlanPreviewRequest,
  type RejectRequest,
  type ReopenRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { MendCases } from './mend-cases.js';
import { QuarantineCases } from './quarantine-cases.js';

/** Routes with a fixed word come before those with an id in its place. */
@ApiTags('隔离区')
@Controller('api/quarantine')
export class QuarantineController {
  constructor(
    @Inject(QuarantineCases) private readonly rows: QuarantineCases,
    @Inject(MendCases) private readonly mends: MendCases,
  ) {}

  @Get()
  @ApiOperation({ summary: '隔离区的记录' })
  @ApiResponse({ status: 200, standardSchema: quarantineListSchema })
  list(@CurrentActor() actor: Actor, @Query({ schema: quarantineQuerySchema }) query: z.output<typeof quarantineQuerySchema>) {
    return this.rows.list(actor, query);
  }

  @Get('groups')
  @ApiOperation({ summary: '隔离区按来源、字段和原因分组' })
  @ApiResponse({ status: 200, standardSchema: quarantineGroupListSchema })
  groups(
    @CurrentActor() actor: Actor,
    @Query({ schema: quarantineGroupQuerySchema }) query: z.output<typeof quarantineGroupQuerySchema>,
  ) {
    return this.mends.groups(actor, query);
  }

  @Get('groups/:key')
  @ApiOperation({ summary: '一组隔离记录：样例、可改的列、已有的改正' })
  @ApiResponse({ status: 200, standardSchema: quarantineGroupDetailSchema })
  group(@CurrentActor() actor: Actor, @Param('key', { schema: codeSchema }) key: string) {
    return this.mends.group(actor, key);
  }

  @Post('groups/:key/preview')
  @ApiOperation({ summary: '试算一组的改正，不改任何数据' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: planPreviewSchema })
  preview(
    @CurrentActor() actor: Actor,
    @Param('key', { schema: codeSchema }) key: string,
    @Body({ schema: planPreviewRequestSchema }) body: PlanPreviewRequest,
  ) {
    return this.mends.preview(actor, key, body.plan);
  }

  @Post('groups/:key/mends')
  @ApiOperation({ summary: '整组重放、改正（待复核）或作废' })
  @HttpCode(202)
  @ApiResponse({ status: 202, standardSchema: mendSchema })
  mendGroup(
    @CurrentActor() actor: Actor,
    @Param('key', { schema: codeSchema }) key: string,
    @Body({ schema: groupMendRequestSchema }) body: GroupMendRequest,
  ) {
    return this.mends.mendGroup(actor, key, body);
  }

  @Get('mends')
  @ApiOperation({ summary: '改正和成批处理的记录' })
  @ApiResponse({ status: 200, standardSchema: mendListSchema })
  listMends(@CurrentActor() actor: Actor, @Query({ schema: mendQuerySchema }) query: z.output<typeof mendQuerySchema>) {
    return this.mends.list(actor, query);
  }

  @Get('mends/:id')
  @ApiOperation({ summary: '一次改正：原值和改后的值；写明理由才显示遮蔽的内容' })
  @ApiResponse({ status: 200, standardSchema: mendDetailSchema })
  getMend(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Query({ schema: rawEvidenceQuerySchema }) query: z.output<typeof rawEvidenceQuerySchema>,
  ) {
    return this.mends.get(actor, id, { unmask: query.unmask === 'true', reason: query.reason ?? null });
  }

  @Post('mends/:id/approve')
  @ApiOperation({ summary: '复核通过一次改正（不能是提出的人）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: mendSchema })
  approve(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.mends.approve(actor, id);
  }

  @Post('mends/:id/reject')
  @ApiOperation({ summary: '复核退回一次改正' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: mendSchema })
  reject(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: rejectRequestSchema }) body: RejectRequest,
  ) {
    return this.mends.reject(actor, id, body.reason);
  }

  @Post('mends/:id/withdraw')
  @ApiOperation({ summary: '提出人撤回改正' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: mendSchema })
  withdraw(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.mends.withdraw(actor, id);
  }

  @Post('mends/:id/cancel')
  @ApiOperation({ summary: '停止正在进行的成批处理' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: mendSchema })
  cancel(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.mends.cancel(actor, id);
  }

  @Get(':id')
  @ApiOperation({ summary: '一条隔离记录；写明理由才显示遮蔽的内容' })
  @ApiResponse({ status: 200, standardSchema: quarantineDetailSchema })
  get(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Query({ schema: rawEvidenceQuerySchema }) query: z.output<typeof rawEvidenceQuerySchema>,
  ) {
    return this.rows.get(actor, id, { unmask: query.unmask === 'true', reason: query.reason ?? null });
  }

  @Post(':id/replay')
  @ApiOperation({ summary: '原样重放一条隔离记录' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: replayResultSchema })
  replay(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.rows.replay(actor, id);
  }

  @Post(':id/corrections')
  @ApiOperation({ summary: '提出一条隔离记录的改正，待另一人复核' })
  @HttpCode(202)
  @ApiResponse({ status: 202, standardSchema: mendSchema })
  async propose(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: correctionRequestSchema }) body: CorrectionRequest,
  ) {
    return this.mends.propose(actor, await this.rows.idOf(actor, id), body);
  }

  @Post(':id/discard')
  @ApiOperation({ summary: '作废一条隔离记录（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async discard(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: discardRequestSchema }) body: DiscardRequest,
  ): Promise<Done> {
    await this.rows.discard(actor, id, body.reason);
    return { done: true };
  }

  @Post(':id/reopen')
  @ApiOperation({ summary: '恢复一条已作废的隔离记录（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async reopen(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: reopenRequestSchema }) body: ReopenRequest,
  ): Promise<Done> {
    await this.rows.reopen(actor, id, body.reason);
    return { done: true };
  }
}
