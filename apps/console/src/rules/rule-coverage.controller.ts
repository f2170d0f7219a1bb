import type { Actor } from '@tianyan/access';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema, coverageGapsSchema, ruleCoverageSchema } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RuleCoverageCases } from './rule-coverage-cases.js';

@ApiTags('规则')
@Controller('api/rules')
export class RuleCoverageController {
  constructor(@Inject(RuleCoverageCases) private readonly cases: RuleCoverageCases) {}

  @Get('coverage/gaps')
  @ApiOperation({ summary: '规则能不能判断：哪些规则在哪个来源上看不见、可能误报（管理员）' })
  @ApiResponse({ status: 200, standardSchema: coverageGapsSchema })
  gaps() {
    return this.cases.gaps();
  }

  @Get(':id/coverage')
  @ApiOperation({ summary: '一条规则能判断多少记录，按来源和乡镇；每天统计一次' })
  @ApiResponse({ status: 200, standardSchema: ruleCoverageSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Post(':id/coverage')
  @HttpCode(200)
  @ApiOperation({ summary: '现在重新统计一条规则能判断多少记录（管理员）' })
  @ApiResponse({ status: 200, standardSchema: ruleCoverageSchema })
  count(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.count(actor, id);
  }
}
