import type { Actor } from '@tianyan/access';
import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { codeSchema, documentRequestSchema, type DocumentRequest } from '../api/index.js';
import { AnswersFile, PDF_TYPE, sentFile, WORD_TYPE } from '../http/made-file.js';
import { CurrentActor } from '../http/session-guard.js';
import { DocumentCases } from './document-cases.js';

@ApiTags('导出')
@Controller('api')
export class DocumentsController {
  constructor(@Inject(DocumentCases) private readonly cases: DocumentCases) {}

  @Post('letters/:id/document')
  @HttpCode(200)
  @ApiOperation({ summary: '一份督办函（Word 或 PDF），按模板 letter.docx；须写明理由' })
  @AnswersFile(WORD_TYPE, PDF_TYPE)
  async letter(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: documentRequestSchema }) body: DocumentRequest,
  ) {
    return sentFile(await this.cases.letter(actor, id, body));
  }

  @Post('circulars/:id/document')
  @HttpCode(200)
  @ApiOperation({ summary: '一份通报（Word 或 PDF），按模板 circular.docx；须写明理由' })
  @AnswersFile(WORD_TYPE, PDF_TYPE)
  async circular(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: documentRequestSchema }) body: DocumentRequest,
  ) {
    return sentFile(await this.cases.circular(actor, id, body));
  }
}
