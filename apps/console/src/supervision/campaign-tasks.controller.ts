import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  campaignTaskDetailSchema,
  campaignTaskStepSchema,
  clueOfCampaignTaskSchema,
  codeSchema,
  letterOfCampaignTaskSchema,
  ownCampaignTasksSchema,
  rectifyCampaignTaskSchema,
  type CampaignTaskStepBody,
  type ClueOfCampaignTaskBody,
  type LetterOfCampaignTaskBody,
  type RectifyCampaignTaskBody,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { CampaignTaskCases } from './campaign-task-cases.js';

@ApiTags('专项复查')
@Controller('api/campaign-tasks')
export class CampaignTasksController {
  constructor(@Inject(CampaignTaskCases) private readonly cases: CampaignTaskCases) {}

  @Get()
  @ApiOperation({ summary: '分给本人复查的工单' })
  @ApiResponse({ status: 200, standardSchema: ownCampaignTasksSchema })
  own(@CurrentActor() actor: Actor) {
    return this.cases.own(actor);
  }

  @Get(':id')
  @ApiOperation({ summary: '一件要复查的工单：清单、问卷、办理经过、现在能办的步骤' })
  @ApiResponse({ status: 200, standardSchema: campaignTaskDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Post(':id/steps')
  @HttpCode(200)
  @ApiOperation({ summary: '登记结果、确认、退回重查、申请回避；重复发送只记一次，别人先办了则不受理（409）' })
  @ApiResponse({ status: 200, standardSchema: campaignTaskDetailSchema })
  take(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: campaignTaskStepSchema }) body: CampaignTaskStepBody,
  ) {
    return this.cases.take(actor, id, body);
  }

  @Post(':id/rectifications')
  @HttpCode(200)
  @ApiOperation({ summary: '把确认的问题记入整改台账；重复发送只记一次' })
  @ApiResponse({ status: 200, standardSchema: campaignTaskDetailSchema })
  rectify(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: rectifyCampaignTaskSchema }) body: RectifyCampaignTaskBody,
  ) {
    return this.cases.rectify(actor, id, body);
  }

  @Post(':id/letters')
  @HttpCode(200)
  @ApiOperation({ summary: '就确认的问题拟一份督办函，由另一人签发；重复发送只拟一份' })
  @ApiResponse({ status: 200, standardSchema: campaignTaskDetailSchema })
  draftLetter(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: letterOfCampaignTaskSchema }) body: LetterOfCampaignTaskBody,
  ) {
    return this.cases.draftLetter(actor, id, body);
  }

  @Post(':id/clues')
  @HttpCode(200)
  @ApiOperation({ summary: '把确认的问题转为问题线索；重复发送只登记一条' })
  @ApiResponse({ status: 200, standardSchema: campaignTaskDetailSchema })
  registerClue(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: clueOfCampaignTaskSchema }) body: ClueOfCampaignTaskBody,
  ) {
    return this.cases.registerClue(actor, id, body);
  }
}
