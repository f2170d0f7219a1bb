import type { Actor } from '@tianyan/access';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema, ruleRunsSchema, slowestRulesSchema } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RuleRunCases } from './rule-run-cases.js';

@ApiTags('规则')
@Controller('api/rules')
export class RuleRunsController {
  constructor(@Inject(RuleRunCases) private readonly cases: RuleRunCases) {}

  @Get('runs/slowest')
  @ApiOperation({ summary: '近几天用时最多的规则（管理员）' })
  @ApiResponse({ status: 200, standardSchema: slowestRulesSchema })
  slowest(@CurrentActor() actor: Actor) {
    return this.cases.slowest(actor);
  }

  @Get(':id/runs')
  @ApiOperation({ summary: '一条规则的运行记录：次数、用时、对象、疑点增减、出错，按小时汇总；对象和疑点数只给管辖全县的人看' })
  @ApiResponse({ status: 200, standardSchema: ruleRunsSchema })
  list(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.list(actor, id);
  }
}
