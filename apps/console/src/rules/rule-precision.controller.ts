import { Reach, type Actor } from '@tianyan/access';
import { PrecisionQueries } from '@tianyan/findings';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema, rulePrecisionSchema, type RulePrecision } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';

@ApiTags('规则')
@Controller('api/rules/:id/precision')
export class RulePrecisionController {
  constructor(@Inject(PrecisionQueries) private readonly precision: PrecisionQueries) {}

  @Get()
  @ApiOperation({ summary: '一条规则核实下来有多少属实：各版合计和分版，附 95% 区间（管辖范围内的疑点）' })
  @ApiResponse({ status: 200, standardSchema: rulePrecisionSchema })
  async get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string): Promise<RulePrecision> {
    const reach = Reach.of(actor);
    const [byRule, versions] = await Promise.all([this.precision.byRule(reach), this.precision.byVersion(reach, id)]);
    return { all: byRule.get(id) ?? null, versions: [...versions] };
  }
}
