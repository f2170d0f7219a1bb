import type { Actor } from '@tianyan/access';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  codeSchema,
  exportQuerySchema,
  packSwitchRequestSchema,
  publishedRuleAnswerSchema,
  restoreRuleRequestSchema,
  retireRuleRequestSchema,
  ruleDetailSchema,
  ruleExportSchema,
  ruleListSchema,
  rulePackSchema,
  rulesSwitchRequestSchema,
  ruleShadowSchema,
  ruleSwitchRequestSchema,
  ruleTrialSchema,
  ruleVersionListSchema,
  shadowStepRequestSchema,
  startedTrialSchema,
  tryRuleRequestSchema,
  trySwitchRequestSchema,
  type PackSwitchRequest,
  type RestoreRuleRequest,
  type RetireRuleRequest,
  type RulePack,
  type RulesSwitchRequest,
  type RuleSwitchRequest,
  type ShadowStepRequest,
  type TryRuleRequest,
  type TrySwitchRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RuleCases } from './rule-cases.js';
import { RuleExchange } from './rule-exchange.js';
import { RulePublishing } from './rule-publishing.js';
import { RuleSwitching } from './rule-switching.js';
import { RuleTrials } from './rule-trials.js';

@ApiTags('规则')
@Controller('api/rules')
export class RulesController {
  constructor(
    @Inject(RuleCases) private readonly cases: RuleCases,
    @Inject(RulePublishing) private readonly publishing: RulePublishing,
    @Inject(RuleTrials) private readonly trials: RuleTrials,
    @Inject(RuleSwitching) private readonly switching: RuleSwitching,
    @Inject(RuleExchange) private readonly exchange: RuleExchange,
  ) {}

  @Get()
  @ApiOperation({ summary: '规则列表' })
  @ApiResponse({ status: 200, standardSchema: ruleListSchema })
  list(@CurrentActor() actor: Actor) {
    return this.cases.list(actor);
  }

  @Post('trials')
  @HttpCode(202)
  @ApiOperation({
    summary: '试一试一条规则（分析员、管理员），可只看一段日期：跑它的例子，再对全部已有记录研判一遍；不发布，不改动任何数据',
  })
  @ApiResponse({ status: 202, standardSchema: startedTrialSchema })
  tryRule(@CurrentActor() actor: Actor, @Body({ schema: tryRuleRequestSchema }) body: TryRuleRequest) {
    return this.trials.start(actor, body);
  }

  @Post('switch/trials')
  @HttpCode(202)
  @ApiOperation({
    summary:
      '先算一次开关多条规则（一个规则包，或选中的若干条）会增减哪些疑点（管理员）：逐条研判全部已有记录；不开关，不改动任何数据',
  })
  @ApiResponse({ status: 202, standardSchema: startedTrialSchema })
  trySwitch(@CurrentActor() actor: Actor, @Body({ schema: trySwitchRequestSchema }) body: TrySwitchRequest) {
    return this.switching.tryOut(actor, body);
  }

  @Put('switch')
  @ApiOperation({ summary: '一并启用、停用若干条规则，或限定数据源（管理员）：看过会增减哪些疑点，或写明为什么不看' })
  @ApiResponse({ status: 200, standardSchema: ruleListSchema })
  switchSeveral(@CurrentActor() actor: Actor, @Body({ schema: rulesSwitchRequestSchema }) body: RulesSwitchRequest) {
    return this.switching.several(actor, body);
  }

  @Get('export')
  @ApiOperation({ summary: '导出现行规则的全文：一条，或全部（以 --- 隔开的 YAML）' })
  @ApiResponse({ status: 200, standardSchema: ruleExportSchema })
  export(@Query({ schema: exportQuerySchema }) query: z.output<typeof exportQuerySchema>) {
    return this.exchange.export(query.id);
  }

  @Get('trials/:id')
  @ApiOperation({ summary: '一次试一试的进度和结果（发起的人；保留 30 分钟）' })
  @ApiResponse({ status: 200, standardSchema: ruleTrialSchema })
  trial(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.trials.get(actor, id);
  }

  @Delete('trials/:id')
  @HttpCode(204)
  @ApiOperation({ summary: '取消一次试一试（发起的人）' })
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

  @Get(':id/shadow')
  @ApiOperation({ summary: '一条规则影子运行发现了什么：只在这里显示' })
  @ApiResponse({ status: 200, standardSchema: ruleShadowSchema })
  shadow(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.publishing.shadow(actor, id);
  }

  @Post(':id/shadow/live')
  @HttpCode(200)
  @ApiOperation({ summary: '影子运行的版本转为运行（管理员）：它发现的疑点从此对大家是新的' })
  @ApiResponse({ status: 200, standardSchema: publishedRuleAnswerSchema })
  makeLive(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: shadowStepRequestSchema }) body: ShadowStepRequest,
  ) {
    return this.publishing.makeLive(actor, id, body);
  }

  @Post(':id/shadow/end')
  @HttpCode(204)
  @ApiOperation({ summary: '结束影子运行（管理员）' })
  @ApiResponse({ status: 204 })
  endShadow(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: shadowStepRequestSchema }) body: ShadowStepRequest,
  ) {
    return this.publishing.endShadow(actor, id, body);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @ApiOperation({ summary: '恢复发布过的一版（管理员）：它经过复核或随产品，写明理由即可' })
  @ApiResponse({ status: 200, standardSchema: publishedRuleAnswerSchema })
  restore(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: restoreRuleRequestSchema }) body: RestoreRuleRequest,
  ) {
    return this.publishing.restore(actor, id, body);
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
    return this.switching.one(actor, id, body);
  }

  @Put('packs/:pack/switch')
  @ApiOperation({ summary: '启用、停用一个规则包，或限定数据源（管理员）：看过会增减哪些疑点，或写明为什么不看' })
  @ApiResponse({ status: 200, standardSchema: ruleListSchema })
  switchPack(
    @CurrentActor() actor: Actor,
    @Param('pack', { schema: rulePackSchema }) pack: RulePack,
    @Body({ schema: packSwitchRequestSchema }) body: PackSwitchRequest,
  ) {
    return this.switching.pack(actor, pack, body);
  }
}
