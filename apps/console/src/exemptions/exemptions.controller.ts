import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  codeSchema,
  endExemptionRequestSchema,
  exemptionListQuerySchema,
  exemptionListSchema,
  exemptionRequestSchema,
  findingDetailSchema,
  madeExemptionSchema,
  ruleExemptionRequestSchema,
  type RuleExemptionRequest,
  type EndExemptionRequest,
  type ExemptionRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { ExemptionCases } from './exemption-cases.js';

@ApiTags('疑点')
@Controller('api')
export class ExemptionsController {
  constructor(@Inject(ExemptionCases) private readonly cases: ExemptionCases) {}

  @Get('exemptions')
  @ApiOperation({ summary: '豁免（例外、暂缓）清单，含已结束的；可只看一条规则的' })
  @ApiResponse({ status: 200, standardSchema: exemptionListSchema })
  list(
    @CurrentActor() actor: Actor,
    @Query({ schema: exemptionListQuerySchema }) query: z.output<typeof exemptionListQuerySchema>,
  ) {
    return this.cases.list(actor, query.rule ?? null);
  }

  @Post('findings/:id/exemptions')
  @HttpCode(200)
  @ApiOperation({ summary: '今后不再提示：这条规则对这个对象的疑点，作例外或暂缓（分析员）；照常研判、计数' })
  @ApiResponse({ status: 200, standardSchema: findingDetailSchema })
  add(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: exemptionRequestSchema }) body: ExemptionRequest,
  ) {
    return this.cases.add(actor, id, body);
  }

  @Post('exemptions')
  @ApiOperation({ summary: '从规则页豁免一个对象（分析员）：同上，不必先有疑点' })
  @ApiResponse({ status: 201, standardSchema: madeExemptionSchema })
  addForRule(@CurrentActor() actor: Actor, @Body({ schema: ruleExemptionRequestSchema }) body: RuleExemptionRequest) {
    return this.cases.addForRule(actor, body);
  }

  @Post('exemptions/:id/end')
  @HttpCode(204)
  @ApiOperation({ summary: '提前结束一条豁免（分析员）' })
  @ApiResponse({ status: 204 })
  end(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: endExemptionRequestSchema }) body: EndExemptionRequest,
  ) {
    return this.cases.end(actor, id, body);
  }
}
