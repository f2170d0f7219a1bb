import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  acknowledgeRequestSchema,
  acknowledgeResultSchema,
  codeSchema,
  findingAlertListSchema,
  type AcknowledgeRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { AlertCases } from './alert-cases.js';

@ApiTags('通知')
@Controller('api')
export class AlertsController {
  constructor(@Inject(AlertCases) private readonly cases: AlertCases) {}

  @Post('inbox/acknowledge')
  @ApiOperation({ summary: '签收自己收到的预警；汇总的，其中的一起签收' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: acknowledgeResultSchema })
  acknowledgeEntries(@CurrentActor() actor: Actor, @Body({ schema: acknowledgeRequestSchema }) body: AcknowledgeRequest) {
    return this.cases.acknowledgeEntries(actor, body.ids);
  }

  @Get('findings/:id/alerts')
  @ApiOperation({ summary: '疑点告知了哪些监督组，谁签收了' })
  @ApiResponse({ status: 200, standardSchema: findingAlertListSchema })
  ofFinding(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.ofFinding(actor, id);
  }

  @Post('findings/:id/alerts/acknowledge')
  @ApiOperation({ summary: '签收一条疑点的预警（收到它的监督组的成员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: findingAlertListSchema })
  acknowledge(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.acknowledgeFinding(actor, id);
  }
}
