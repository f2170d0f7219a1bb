import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Res, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import {
  codeSchema,
  proofFilesSchema,
  proofKindSchema,
  uploadProofFileRequestSchema,
  withdrawProofFileRequestSchema,
  type ProofKind,
  type UploadProofFileRequest,
  type WithdrawProofFileRequest,
} from '../api/index.js';
import { ONE_FILE, RemoveArrivedFile } from '../http/arrived-file.js';
import { sent } from '../http/sent-file.js';
import { CurrentActor } from '../http/session-guard.js';
import { ProofFileCases } from './proof-file-cases.js';

/** The same routes below either address: what the commission's people see of it, and what the units do. */
function proofFilesOf(side: 'office' | 'unit', { who, uploads = who }: { who: string; uploads?: string }) {
  class ProofFileRoutes {
    constructor(@Inject(ProofFileCases) readonly cases: ProofFileCases) {}

    @Post(':kind/:id/files')
    @HttpCode(200)
    @ApiOperation({ summary: `上传一个佐证附件（${uploads}）；编号由客户端生成，重复发送只存一份` })
    @ApiConsumes('multipart/form-data')
    @ApiResponse({ status: 200, standardSchema: proofFilesSchema })
    @UseInterceptors(RemoveArrivedFile, FileInterceptor('file', ONE_FILE))
    upload(
      @CurrentActor() actor: Actor,
      @Param('kind', { schema: proofKindSchema }) kind: ProofKind,
      @Param('id', { schema: codeSchema }) id: string,
      @UploadedFile() file: Express.Multer.File | undefined,
      @Body({ schema: uploadProofFileRequestSchema }) body: UploadProofFileRequest,
    ) {
      const arrived = file ? { path: file.path, name: file.originalname } : null;
      return this.cases.upload(actor, side, { kind, id, fileId: body.id, forId: body.forId, arrived });
    }

    @Get(':kind/:id/files/:fileId/content')
    @ApiOperation({ summary: `下载一个佐证附件（${who}）；记入操作日志` })
    async download(
      @CurrentActor() actor: Actor,
      @Param('kind', { schema: proofKindSchema }) kind: ProofKind,
      @Param('id', { schema: codeSchema }) id: string,
      @Param('fileId', { schema: codeSchema }) fileId: string,
      @Res({ passthrough: true }) response: Response,
    ) {
      return sent(response, await this.cases.download(actor, side, { kind, id, fileId }));
    }

    @Get(':kind/:id/files/:fileId/thumbnail')
    @ApiOperation({ summary: `一个佐证图片的缩略图（${who}），不含拍摄位置和设备` })
    async thumbnail(
      @CurrentActor() actor: Actor,
      @Param('kind', { schema: proofKindSchema }) kind: ProofKind,
      @Param('id', { schema: codeSchema }) id: string,
      @Param('fileId', { schema: codeSchema }) fileId: string,
      @Res({ passthrough: true }) response: Response,
    ) {
      return sent(response, await this.cases.thumbnail(actor, side, { kind, id, fileId }));
    }

    @Post(':kind/:id/files/:fileId/withdraw')
    @HttpCode(200)
    @ApiOperation({ summary: `写明理由撤回一个佐证附件（${who}）；内容留存备查` })
    @ApiResponse({ status: 200, standardSchema: proofFilesSchema })
    withdraw(
      @CurrentActor() actor: Actor,
      @Param('kind', { schema: proofKindSchema }) kind: ProofKind,
      @Param('id', { schema: codeSchema }) id: string,
      @Param('fileId', { schema: codeSchema }) fileId: string,
      @Body({ schema: withdrawProofFileRequestSchema }) { reason, forId }: WithdrawProofFileRequest,
    ) {
      return this.cases.withdraw(actor, side, { kind, id, fileId, reason, forId });
    }
  }
  return ProofFileRoutes;
}

@ApiTags('督办函')
@Controller('api/proofs')
export class ProofFilesController extends proofFilesOf('office', {
  who: '本委的人',
  uploads: '没有联络员的单位，由本委的人代报整改',
}) {}

@ApiTags('交办事项')
@Controller('api/assignments')
export class UnitProofFilesController extends proofFilesOf('unit', { who: '单位联络员' }) {}
