import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { checkedRuleSchema, checkRuleRequestSchema, ruleFormSchema, type CheckRuleRequest } from '../api/index.js';
import { RuleFormCases } from './rule-form-cases.js';

@ApiTags('规则')
@Controller('api')
export class RuleFormController {
  constructor(@Inject(RuleFormCases) private readonly cases: RuleFormCases) {}

  @Get('rule-form')
  @ApiOperation({ summary: '写规则的表单：每种判断有哪些项，可以从哪些样板开始' })
  @ApiResponse({ status: 200, standardSchema: ruleFormSchema })
  form() {
    return this.cases.form();
  }

  @Post('rules/check')
  @HttpCode(200)
  @ApiOperation({ summary: '检查一条正在写的规则：哪一项有误，它说的是什么意思；不跑例子，不读任何记录' })
  @ApiResponse({ status: 200, standardSchema: checkedRuleSchema })
  check(@Body({ schema: checkRuleRequestSchema }) body: CheckRuleRequest) {
    return this.cases.check(body);
  }
}
