import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  codeSchema,
  ruleParametersSchema,
  setParametersRequestSchema,
  startedTrialSchema,
  tryParametersRequestSchema,
  type SetParametersRequest,
  type TryParametersRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { RuleParameters } from './rule-parameters.js';

@ApiTags('规则')
@Controller('api/rules/:id/parameters')
export class RuleParametersController {
  constructor(@Inject(RuleParameters) private readonly parameters: RuleParameters) {}

  @Get()
  @ApiOperation({ summary: '一条规则的参数：各地各时的取值、依据、改动经过' })
  @ApiResponse({ status: 200, standardSchema: ruleParametersSchema })
  get(@Param('id', { schema: codeSchema }) id: string) {
    return this.parameters.get(id);
  }

  @Post('trials')
  @HttpCode(202)
  @ApiOperation({ summary: '先看改参数会多出、少掉哪些疑点（管理员）；不改动任何数据，进度和结果同“试一试”' })
  @ApiResponse({ status: 202, standardSchema: startedTrialSchema })
  tryOut(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: tryParametersRequestSchema }) body: TryParametersRequest,
  ) {
    return this.parameters.tryOut(actor, id, body);
  }

  @Put()
  @ApiOperation({ summary: '设定一条规则的参数（管理员）：只有这条规则按新的取值重新研判全部数据' })
  @ApiResponse({ status: 200, standardSchema: ruleParametersSchema })
  set(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: setParametersRequestSchema }) body: SetParametersRequest,
  ) {
    return this.parameters.set(actor, id, body);
  }
}
