import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  codeSchema,
  createDraftRequestSchema,
  draftDetailSchema,
  draftListSchema,
  draftStepRequestSchema,
  editDraftRequestSchema,
  importAnswerSchema,
  importRulesRequestSchema,
  keepTrialRequestSchema,
  publishDraftRequestSchema,
  publishedRuleAnswerSchema,
  reviewDraftRequestSchema,
  submitDraftRequestSchema,
  type CreateDraftRequest,
  type DraftStepRequest,
  type EditDraftRequest,
  type ImportRulesRequest,
  type KeepTrialRequest,
  type PublishDraftRequest,
  type ReviewDraftRequest,
  type SubmitDraftRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RuleDraftCases } from './rule-draft-cases.js';
import { RuleExchange } from './rule-exchange.js';

@ApiTags('规则草稿')
@Controller('api/rules/drafts')
export class RuleDraftsController {
  constructor(
    @Inject(RuleDraftCases) private readonly drafts: RuleDraftCases,
    @Inject(RuleExchange) private readonly exchange: RuleExchange,
  ) {}

  @Get()
  @ApiOperation({ summary: '规则草稿：未发布的全部，已发布、已作废的最近一些（分析员、管理员）' })
  @ApiResponse({ status: 200, standardSchema: draftListSchema })
  list() {
    return this.drafts.list();
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: '新建一份草稿；保存不会发布' })
  @ApiResponse({ status: 201, standardSchema: draftDetailSchema })
  create(@CurrentActor() actor: Actor, @Body({ schema: createDraftRequestSchema }) body: CreateDraftRequest) {
    return this.drafts.create(actor, body);
  }

  @Post('import')
  @HttpCode(200)
  @ApiOperation({ summary: '导入规则（YAML，多条以 --- 隔开）：只成为草稿，逐条说明是新的、改动的、相同的还是有误的' })
  @ApiResponse({ status: 200, standardSchema: importAnswerSchema })
  import(@CurrentActor() actor: Actor, @Body({ schema: importRulesRequestSchema }) body: ImportRulesRequest) {
    return this.exchange.import(actor, body.yaml);
  }

  @Get(':id')
  @ApiOperation({ summary: '一份草稿：全文、现行版、试一试的结果、谁做了什么' })
  @ApiResponse({ status: 200, standardSchema: draftDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.drafts.get(actor, id);
  }

  @Put(':id')
  @ApiOperation({ summary: '保存全文；已提交、已复核的回到草稿' })
  @ApiResponse({ status: 200, standardSchema: draftDetailSchema })
  edit(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: editDraftRequestSchema }) body: EditDraftRequest,
  ) {
    return this.drafts.edit(actor, id, body);
  }

  @Post(':id/trial')
  @HttpCode(200)
  @ApiOperation({ summary: '把自己试一试的结果留在草稿上，给复核的人看' })
  @ApiResponse({ status: 200, standardSchema: draftDetailSchema })
  keepTrial(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: keepTrialRequestSchema }) body: KeepTrialRequest,
  ) {
    return this.drafts.keepTrial(actor, id, body);
  }

  @Post(':id/submit')
  @HttpCode(200)
  @ApiOperation({ summary: '提交复核：例子都通过才行；没有试过的要写明为什么不试' })
  @ApiResponse({ status: 200, standardSchema: draftDetailSchema })
  submit(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: submitDraftRequestSchema }) body: SubmitDraftRequest,
  ) {
    return this.drafts.submit(actor, id, body);
  }

  @Post(':id/review')
  @HttpCode(200)
  @ApiOperation({ summary: '复核：同意或退回（写过、改过、提交过它的人不行）' })
  @ApiResponse({ status: 200, standardSchema: draftDetailSchema })
  review(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: reviewDraftRequestSchema }) body: ReviewDraftRequest,
  ) {
    return this.drafts.review(actor, id, body);
  }

  @Post(':id/publish')
  @HttpCode(201)
  @ApiOperation({ summary: '发布复核同意的全文（管理员）：影子运行，或直接运行' })
  @ApiResponse({ status: 201, standardSchema: publishedRuleAnswerSchema })
  publish(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: publishDraftRequestSchema }) body: PublishDraftRequest,
  ) {
    return this.drafts.publish(actor, id, body);
  }

  @Post(':id/discard')
  @HttpCode(200)
  @ApiOperation({ summary: '作废一份草稿：留着，不再发布' })
  @ApiResponse({ status: 200, standardSchema: draftDetailSchema })
  discard(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: draftStepRequestSchema }) body: DraftStepRequest,
  ) {
    return this.drafts.discard(actor, id, body);
  }
}
