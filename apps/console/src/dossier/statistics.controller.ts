import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  documentRequestSchema,
  exportRequestSchema,
  statisticsQuerySchema,
  statisticsSchema,
  type DocumentRequest,
  type ExportRequest,
  type StatisticsQuery,
} from '../api/index.js';
import { AnswersFile, PDF_TYPE, sentFile, WORD_TYPE, WORKBOOK_TYPE } from '../http/made-file.js';
import { CurrentActor } from '../http/session-guard.js';
import { StatisticsCases } from './statistics-cases.js';

@ApiTags('统计')
@Controller('api/statistics')
export class StatisticsController {
  constructor(@Inject(StatisticsCases) private readonly cases: StatisticsCases) {}

  @Get()
  @ApiOperation({ summary: '期间内的疑点、线索、四种形态、问题类别和金额，每个数写明怎么算' })
  @ApiResponse({ status: 200, standardSchema: statisticsSchema })
  get(@CurrentActor() actor: Actor, @Query({ schema: statisticsQuerySchema }) query: StatisticsQuery) {
    return this.cases.get(actor, query);
  }

  @Post('export')
  @HttpCode(200)
  @ApiOperation({ summary: '统计表（XLSX）；须写明理由' })
  @AnswersFile(WORKBOOK_TYPE)
  async workbook(
    @CurrentActor() actor: Actor,
    @Query({ schema: statisticsQuerySchema }) query: StatisticsQuery,
    @Body({ schema: exportRequestSchema }) body: ExportRequest,
  ) {
    return sentFile(await this.cases.workbook(actor, query, body.reason));
  }

  @Post('bulletin')
  @HttpCode(200)
  @ApiOperation({ summary: '简报（Word 或 PDF），按模板 bulletin.docx；须写明理由' })
  @AnswersFile(WORD_TYPE, PDF_TYPE)
  async bulletin(
    @CurrentActor() actor: Actor,
    @Query({ schema: statisticsQuerySchema }) query: StatisticsQuery,
    @Body({ schema: documentRequestSchema }) body: DocumentRequest,
  ) {
    return sentFile(await this.cases.bulletin(actor, query, body));
  }
}
