import type { Actor } from '@tianyan/access';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  codeSchema,
  publishedRuleAnswerSchema,
  publishRuleRequestSchema,
  retireRuleRequestSchema,
  ruleDetailSchema,
  ruleListSchema,
  rulePackSchema,
  ruleSwitchRequestSchema,
  ruleTrialSchema,
  ruleVersionListSchema,
  startedTrialSchema,
  tryRuleRequestSchema,
  type PublishRuleRequest,
  type RetireRuleRequest,
  type RulePack,
  type RuleSwitchRequest,
  type TryRuleRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RuleCases } from './rule-cases.js';
import { RulePublishing } from './rule-publishing.js';
import { RuleTrials } from './rule-trials.js';

@ApiTags('规则')
@Controller('api/rules')
export class RulesController {
  constructor(
    @Inject(RuleCases) private readonly cases: RuleCases,
    @Inject(RulePublishing) private readonly publishing: RulePublishing,
    @Inject(RuleTrials) private readonly trials: RuleTrials,
  ) {}

  @Get()
  @ApiOperation({ summary: '规则列表' })
  @ApiResponse({ status: 200, standardSchema: ruleListSchema })
  list(@CurrentActor() actor: Actor) {
    return this.cases.list(actor);
  }

  @Post('trials')
  @HttpCode(202)
  @ApiOperation({ summary: '试一试一条规则（管理员）：跑它的例子，再对全部已有记录研判一遍；不发布，不改动任何数据' })
  @ApiResponse({ status: 202, standardSchema: startedTrialSchema })
  tryRule(@CurrentActor() actor: Actor, @Body({ schema: tryRuleRequestSchema }) body: TryRuleRequest) {
    return this.trials.start(actor, body);
  }

  @Get('trials/:id')
  @ApiOperation({ summary: '一次试一试的进度和结果（发起的管理员；保留 30 分钟）' })
  @ApiResponse({ status: 200, standardSchema: ruleTrialSchema })
  trial(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.trials.get(actor, id);
  }

  @Delete('trials/:id')
  @HttpCode(204)
  @ApiOperation({ summary: '取消一次试一试（发起的管理员）' })
  @ApiResponse({ status: 204 })
  cancelTrial(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.trials.cancel(actor, id);
  }

  @Get(':id')
  @ApiOperation({ summary: '一条规则：文字、参数、依据、SQL' })
  @ApiResponse({ status: 200, standardSchema: ruleDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Get(':id/versions')
  @ApiOperation({ summary: '一条规则发布过的各版全文' })
  @ApiResponse({ status: 200, standardSchema: ruleVersionListSchema })
  async versions(@Param('id', { schema: codeSchema }) id: string) {
    return { items: await this.publishing.versions(id) };
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: '发布一条规则（管理员）：例子都通过才发布；先对全部数据研判一遍，再参与实时研判；不需要重启' })
  @ApiResponse({ status: 201, standardSchema: publishedRuleAnswerSchema })
  publish(@CurrentActor() actor: Actor, @Body({ schema: publishRuleRequestSchema }) body: PublishRuleRequest) {
    return this.publishing.publish(actor, body);
  }

  @Post(':id/retire')
  @HttpCode(204)
  @ApiOperation({ summary: '撤下一条规则（管理员）：不再研判，它发现的疑点撤回' })
  @ApiResponse({ status: 204 })
  retire(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: retireRuleRequestSchema }) body: RetireRuleRequest,
  ) {
    return this.publishing.retire(actor, id, body);
  }

  @Put(':id/switch')
  @ApiOperation({ summary: '启用、停用一条规则，或限定数据源（管理员）' })
  @ApiResponse({ status: 200, standardSchema: ruleDetailSchema })
  switchRule(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: ruleSwitchRequestSchema }) body: RuleSwitchRequest,
  ) {
    return this.cases.switchRule(actor, id, body);
  }

  @Put('packs/:pack/switch')
  @ApiOperation({ summary: '启用、停用一组规则，或限定数据源（管理员）' })
  @ApiResponse({ status: 200, standardSchema: ruleListSchema })
  switchPack(
    @CurrentActor() actor: Actor,
    @Param('pack', { schema: rulePackSchema }) pack: RulePack,
    @Body({ schema: ruleSwitchRequestSchema }) body: RuleSwitchRequest,
  ) {
    return this.cases.switchPack(actor, pack, body);
  }
}
