import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  clueFilterSchema,
  codeSchema,
  dossierKeySchema,
  dossierRequestSchema,
  exportRequestSchema,
  findingFilterSchema,
  type DossierRequest,
  type ExportRequest,
} from '../api/index.js';
import { AnswersFile, BUNDLE_TYPE, sentFile, WORKBOOK_TYPE } from '../http/made-file.js';
import { CurrentActor } from '../http/session-guard.js';
import { DossierCases } from './dossier-cases.js';
import { LedgerCases } from './ledger-cases.js';

@ApiTags('导出')
@Controller('api')
export class ExportsController {
  constructor(
    @Inject(LedgerCases) private readonly ledgers: LedgerCases,
    @Inject(DossierCases) private readonly dossiers: DossierCases,
  ) {}

  @Post('findings/export')
  @HttpCode(200)
  @ApiOperation({ summary: '疑点台账（XLSX），筛选条件与列表相同；须写明理由' })
  @AnswersFile(WORKBOOK_TYPE)
  async findings(
    @CurrentActor() actor: Actor,
    @Query({ schema: findingFilterSchema }) query: z.output<typeof findingFilterSchema>,
    @Body({ schema: exportRequestSchema }) body: ExportRequest,
  ) {
    return sentFile(await this.ledgers.findings(actor, query, body.reason));
  }

  @Post('clues/export')
  @HttpCode(200)
  @ApiOperation({ summary: '问题线索台账（XLSX），筛选条件与列表相同；须写明理由' })
  @AnswersFile(WORKBOOK_TYPE)
  async clues(
    @CurrentActor() actor: Actor,
    @Query({ schema: clueFilterSchema }) query: z.output<typeof clueFilterSchema>,
    @Body({ schema: exportRequestSchema }) body: ExportRequest,
  ) {
    return sentFile(await this.ledgers.clues(actor, query, body.reason));
  }

  @Post('clues/:id/dossier')
  @HttpCode(200)
  @ApiOperation({ summary: '一条问题线索的卷宗（ZIP）：Word 文书和封存的机器可读材料；须写明理由' })
  @AnswersFile(BUNDLE_TYPE)
  async dossier(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: dossierRequestSchema }) body: DossierRequest,
  ) {
    return sentFile(await this.dossiers.make(actor, id, body));
  }

  @Get('dossier-key')
  @ApiOperation({ summary: '封存卷宗的公钥：交给拿到卷宗的人，用来核验是本平台封存的' })
  @ApiResponse({ status: 200, standardSchema: dossierKeySchema })
  key() {
    return this.dossiers.key();
  }
}
