import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  bulkDecisionDetailSchema,
  bulkDecisionListSchema,
  bulkDecisionRequestSchema,
  codeSchema,
  exportRequestSchema,
  type BulkDecisionRequest,
  type ExportRequest,
} from '../../api/index.js';
import { AnswersFile, sentFile, WORKBOOK_TYPE } from '../../http/made-file.js';
import { RequestKey, TakesRequestKey } from '../../http/request-key.js';
import { CurrentActor } from '../../http/session-guard.js';
import { BulkDecisionCases } from './bulk-decision-cases.js';

@ApiTags('疑点')
@Controller('api/findings/bulk-decisions')
export class BulkDecisionsController {
  constructor(@Inject(BulkDecisionCases) private readonly cases: BulkDecisionCases) {}

  @Post()
  @TakesRequestKey()
  @HttpCode(202)
  @ApiOperation({ summary: '对多条疑点作同一个决定：逐条选定，或符合筛选条件的全部；在后台逐条办理（分析员）' })
  @ApiResponse({ status: 202, standardSchema: bulkDecisionDetailSchema })
  ask(
    @CurrentActor() actor: Actor,
    @Body({ schema: bulkDecisionRequestSchema }) body: BulkDecisionRequest,
    @RequestKey() key: string | null,
  ) {
    return this.cases.ask(actor, body, key);
  }

  @Get()
  @ApiOperation({ summary: '我的批量处理，新的在前' })
  @ApiResponse({ status: 200, standardSchema: bulkDecisionListSchema })
  list(@CurrentActor() actor: Actor) {
    return this.cases.list(actor);
  }

  @Get(':id')
  @ApiOperation({ summary: '一次批量处理办到哪里、哪些没有办成' })
  @ApiResponse({ status: 200, standardSchema: bulkDecisionDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: '停下一次批量处理：办成的不撤回，其余不办' })
  @ApiResponse({ status: 200, standardSchema: bulkDecisionDetailSchema })
  cancel(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.cancel(actor, id);
  }

  @Get(':id/result')
  @ApiOperation({ summary: '一次批量处理的结果（XLSX）：每条的编号、已处理或未处理及原因' })
  @AnswersFile(WORKBOOK_TYPE)
  async outcomes(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return sentFile(await this.cases.outcomes(actor, id));
  }

  @Post(':id/export')
  @HttpCode(200)
  @ApiOperation({ summary: '一次批量处理的结果连同各条的规则和说明（XLSX）；须写明理由' })
  @AnswersFile(WORKBOOK_TYPE)
  async result(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: exportRequestSchema }) body: ExportRequest,
  ) {
    return sentFile(await this.cases.result(actor, id, body.reason));
  }
}
