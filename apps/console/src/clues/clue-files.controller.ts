import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import {
  clueDetailSchema,
  codeSchema,
  uploadClueFileRequestSchema,
  withdrawClueFileRequestSchema,
  type UploadClueFileRequest,
  type WithdrawClueFileRequest,
} from '../api/index.js';
import { ONE_FILE, RemoveArrivedFile } from '../http/arrived-file.js';
import { CurrentActor } from '../http/session-guard.js';
import { sent } from '../http/sent-file.js';
import { ClueFileCases } from './clue-file-cases.js';

@ApiTags('线索')
@Controller('api')
export class ClueFilesController {
  constructor(@Inject(ClueFileCases) private readonly cases: ClueFileCases) {}

  @Post('clues/:id/files')
  @HttpCode(200)
  @ApiOperation({ summary: '给线索上传一个附件（承办人、案件管理人员）；编号由客户端生成，重复发送只存一份' })
  @ApiConsumes('multipart/form-data')
  @ApiResponse({ status: 200, standardSchema: clueDetailSchema })
  @UseInterceptors(RemoveArrivedFile, FileInterceptor('file', ONE_FILE))
  upload(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @UploadedFile() file: Express.Multer.File | undefined,
    @Body({ schema: uploadClueFileRequestSchema }) body: UploadClueFileRequest,
  ) {
    const arrived = file ? { path: file.path, name: file.originalname } : null;
    return this.cases.upload(actor, id, { fileId: body.id, arrived });
  }

  @Get('clues/:id/files/:fileId/content')
  @ApiOperation({ summary: '下载一个附件；记入操作日志' })
  async download(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Param('fileId', { schema: codeSchema }) fileId: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    return sent(response, await this.cases.download(actor, id, fileId));
  }

  @Get('clues/:id/files/:fileId/thumbnail')
  @ApiOperation({ summary: '一个图片附件的缩略图，不含拍摄位置和设备' })
  async thumbnail(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Param('fileId', { schema: codeSchema }) fileId: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    return sent(response, await this.cases.thumbnail(actor, id, fileId));
  }

  @Post('clues/:id/files/:fileId/withdraw')
  @HttpCode(200)
  @ApiOperation({ summary: '写明理由撤回一个附件；内容留存备查' })
  @ApiResponse({ status: 200, standardSchema: clueDetailSchema })
  withdraw(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Param('fileId', { schema: codeSchema }) fileId: string,
    @Body({ schema: withdrawClueFileRequestSchema }) body: WithdrawClueFileRequest,
  ) {
    return this.cases.withdraw(actor, { clueId: id, fileId }, body);
  }
}
