import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema, ledgerImportRequestSchema, ledgerImportSchema, type LedgerImportRequest } from '../api/index.js';
import { ONE_FILE, RemoveArrivedFile } from '../http/arrived-file.js';
import { CurrentActor } from '../http/session-guard.js';
import { LedgerImportCases } from './ledger-import-cases.js';

/** A reason of the longest, in Chinese, takes three bytes a character. */
const WITH_REASON = { ...ONE_FILE, limits: { ...ONE_FILE.limits, fieldSize: 8 * 1_024 } };

@ApiTags('整改台账')
@Controller('api/rectification-imports')
export class LedgerImportsController {
  constructor(@Inject(LedgerImportCases) private readonly cases: LedgerImportCases) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: '上传填好的整改台账，逐行预览会改什么、哪些不受理和原因；不修改任何内容' })
  @ApiConsumes('multipart/form-data')
  @ApiResponse({ status: 200, standardSchema: ledgerImportSchema })
  @UseInterceptors(RemoveArrivedFile, FileInterceptor('file', WITH_REASON))
  read(
    @CurrentActor() actor: Actor,
    @UploadedFile() file: Express.Multer.File | undefined,
    @Body({ schema: ledgerImportRequestSchema }) body: LedgerImportRequest,
  ) {
    return this.cases.read(actor, file ? { path: file.path, name: file.originalname } : null, body.reason);
  }

  @Get(':id')
  @ApiOperation({ summary: '一次导入：每行会改什么、改了没有' })
  @ApiResponse({ status: 200, standardSchema: ledgerImportSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Post(':id/apply')
  @HttpCode(200)
  @ApiOperation({ summary: '修改接下来的几行，每行按各自的步骤办理；还有没改的再次调用' })
  @ApiResponse({ status: 200, standardSchema: ledgerImportSchema })
  apply(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.apply(actor, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: '停止导入：已改的不变，没改的不再改' })
  @ApiResponse({ status: 200, standardSchema: ledgerImportSchema })
  cancel(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.cancel(actor, id);
  }
}
