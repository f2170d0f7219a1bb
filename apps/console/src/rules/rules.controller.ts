import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema, ruleDetailSchema, ruleListSchema } from '../api/index.js';
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
}
