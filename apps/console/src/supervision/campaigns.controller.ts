import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  assignedTasksSchema,
  assignTasksRequestSchema,
  campaignDetailSchema,
  campaignLeadListSchema,
  campaignListQuerySchema,
  campaignListSchema,
  campaignStepSchema,
  campaignTaskListQuerySchema,
  campaignTaskListSchema,
  codeSchema,
  countPickRequestSchema,
  exportRequestSchema,
  openCampaignSchema,
  pickCountSchema,
  type AssignTasksRequest,
  type CampaignStepBody,
  type CountPickRequest,
  type ExportRequest,
  type OpenCampaign,
} from '../api/index.js';
import { AnswersFile, sentFile, WORKBOOK_TYPE } from '../http/made-file.js';
import { CurrentActor } from '../http/session-guard.js';
import { CampaignCases } from './campaign-cases.js';
import { CampaignLedger } from './campaign-ledger.js';

@ApiTags('专项复查')
@Controller('api/campaigns')
export class CampaignsController {
  constructor(
    @Inject(CampaignCases) private readonly cases: CampaignCases,
    @Inject(CampaignLedger) private readonly ledger: CampaignLedger,
  ) {}

  @Get()
  @ApiOperation({ summary: '专项复查列表，可按状态筛选' })
  @ApiResponse({ status: 200, standardSchema: campaignListSchema })
  list(
    @CurrentActor() actor: Actor,
    @Query({ schema: campaignListQuerySchema }) query: z.output<typeof campaignListQuerySchema>,
  ) {
    return this.cases.list(actor, query);
  }

  @Get('leads')
  @ApiOperation({ summary: '可以负责专项复查的人' })
  @ApiResponse({ status: 200, standardSchema: campaignLeadListSchema })
  leads() {
    return this.cases.leads();
  }

  @Post('population')
  @HttpCode(200)
  @ApiOperation({ summary: '符合条件的工单有多少件；不抽取，不留存' })
  @ApiResponse({ status: 200, standardSchema: pickCountSchema })
  count(@CurrentActor() actor: Actor, @Body({ schema: countPickRequestSchema }) body: CountPickRequest) {
    return this.cases.count(actor, body);
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: '发起专项复查：按条件、随机或按编号选定工单，选定后不再变动；编号由客户端生成，重复发送只发起一次' })
  @ApiResponse({ status: 200, standardSchema: campaignDetailSchema })
  open(@CurrentActor() actor: Actor, @Body({ schema: openCampaignSchema }) body: OpenCampaign) {
    return this.cases.open(actor, body);
  }

  @Get(':id')
  @ApiOperation({ summary: '一个专项复查：怎样选定、进度、结果、问卷统计' })
  @ApiResponse({ status: 200, standardSchema: campaignDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Get(':id/tasks')
  @ApiOperation({ summary: '专项选定的工单，可按状态、结果、单位、复查人员筛选' })
  @ApiResponse({ status: 200, standardSchema: campaignTaskListSchema })
  tasks(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Query({ schema: campaignTaskListQuerySchema }) query: z.output<typeof campaignTaskListQuerySchema>,
  ) {
    return this.cases.tasks(actor, id, query);
  }

  @Post(':id/assignments')
  @HttpCode(200)
  @ApiOperation({ summary: '把工单平均分给复查人员；不写工单的，分掉所有待分派的' })
  @ApiResponse({ status: 200, standardSchema: assignedTasksSchema })
  assign(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: assignTasksRequestSchema }) body: AssignTasksRequest,
  ) {
    return this.cases.assign(actor, id, body);
  }

  @Post(':id/steps')
  @HttpCode(200)
  @ApiOperation({ summary: '结束、中止专项，或停止每周抽取；别人先办了则不受理（409）' })
  @ApiResponse({ status: 200, standardSchema: campaignDetailSchema })
  take(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: campaignStepSchema }) body: CampaignStepBody,
  ) {
    return this.cases.take(actor, id, body);
  }

  @Post(':id/export')
  @HttpCode(200)
  @ApiOperation({ summary: '一个专项的结果和工单（XLSX）；须写明理由' })
  @AnswersFile(WORKBOOK_TYPE)
  async export(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: exportRequestSchema }) body: ExportRequest,
  ) {
    return sentFile(await this.ledger.workbook(actor, id, body.reason));
  }
}
