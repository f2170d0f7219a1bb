import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  codeSchema,
  ruleDetailSchema,
  ruleListSchema,
  rulePackSchema,
  ruleSwitchRequestSchema,
  type RulePack,
  type RuleSwitchRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RuleCases } from './rule-cases.js';

@ApiTags('规则')
@Controller('api/rules')
export class RulesController {
  constructor(@Inject(RuleCases) private readonly cases: RuleCases) {}

  @Get()
  @ApiOperation({ summary: '规则列表' })
  @ApiResponse({ status: 200, standardSchema: ruleListSchema })
  list() {
    return this.cases.list();
  }

  @Get(':id')
  @ApiOperation({ summary: '一条规则：文字、参数、依据、SQL' })
  @ApiResponse({ status: 200, standardSchema: ruleDetailSchema })
  get(@Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(id);
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
