import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
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
  ruleVersionListSchema,
  type PublishRuleRequest,
  type RetireRuleRequest,
  type RulePack,
  type RuleSwitchRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RuleCases } from './rule-cases.js';
import { RulePublishing } from './rule-publishing.js';

@ApiTags('规则')
@Controller('api/rules')
export class RulesController {
  constructor(
    @Inject(RuleCases) private readonly cases: RuleCases,
    @Inject(RulePublishing) private readonly publishing: RulePublishing,
  ) {}

  @Get()
  @ApiOperation({ summary: '规则列表' })
  @ApiResponse({ status: 200, standardSchema: ruleListSchema })
  list(@CurrentActor() actor: Actor) {
    return this.cases.list(actor);
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
  @ApiOperation({ summary: '发布一条规则（管理员）：先对全部数据研判一遍，再参与实时研判；不需要重启' })
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
