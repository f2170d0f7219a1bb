import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
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
  @ApiResponse({ status: 200, standardSchema: ruleListSchema })
  list() {
    return this.cases.list();
  }

  @Get(':id')
  @ApiResponse({ status: 200, standardSchema: ruleDetailSchema })
  get(@Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(id);
  }

  @Put(':id/switch')
  @ApiResponse({ status: 200, standardSchema: ruleDetailSchema })
  switchRule(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: ruleSwitchRequestSchema }) body: RuleSwitchRequest,
  ) {
    return this.cases.switchRule(actor, id, body);
  }

  @Put('packs/:pack/switch')
  @ApiResponse({ status: 200, standardSchema: ruleListSchema })
  switchPack(
    @CurrentActor() actor: Actor,
    @Param('pack', { schema: rulePackSchema }) pack: RulePack,
    @Body({ schema: ruleSwitchRequestSchema }) body: RuleSwitchRequest,
  ) {
    return this.cases.switchPack(actor, pack, body);
  }
}
