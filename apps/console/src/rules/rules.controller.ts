import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema, ruleDetailSchema, ruleListSchema } from '../api/index.js';
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
}
