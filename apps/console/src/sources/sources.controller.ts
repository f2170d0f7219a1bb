import { Reach, type Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  codeSchema,
  doneSchema,
  heldListDecisionSchema,
  loadListSchema,
  mappingListSchema,
  sourceDetailSchema,
  sourceListSchema,
  uploadRequestSchema,
  uploadResultSchema,
  type Done,
  type HeldListDecision,
  type UploadRequest,
} from '../api/index.js';
import { arrivingStorage } from '../http/arriving-folder.js';
import { CurrentActor } from '../http/session-guard.js';
import { LoadCases } from './load-cases.js';
import { SourceCases } from './source-cases.js';
import { UploadCases } from './upload-cases.js';

/** Largest file taken in through the browser; larger ones go to the drop folder or the command line. */
const MAX_UPLOAD_BYTES = 200 * 1024 * 1024;
/** Form fields beside the file: the mapping, as a name or as text. */
const UPLOAD_LIMITS = { fileSize: MAX_UPLOAD_BYTES, files: 1, fields: 4, fieldSize: 512 * 1024 };

@ApiTags('数据源')
@Controller('api')
export class SourcesController {
  constructor(
    @Inject(SourceCases) private readonly sources: SourceCases,
    @Inject(LoadCases) private readonly loads: LoadCases,
    @Inject(UploadCases) private readonly uploads: UploadCases,
  ) {}

  @Get('sources')
  @ApiOperation({ summary: '数据源列表和状态' })
  @ApiResponse({ status: 200, standardSchema: sourceListSchema })
  list(@CurrentActor() actor: Actor) {
    return this.sources.list(Reach.of(actor));
  }

  @Get('sources/:id')
  @ApiOperation({ summary: '一个数据源和它常见的问题' })
  @ApiResponse({ status: 200, standardSchema: sourceDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.sources.get(Reach.of(actor), id);
  }

  @Post('sources/:id/held-lists/:feed')
  @ApiOperation({ summary: '接受或不接受一份少了很多条、等人决定的全量数据（管理员）' })
  @HttpCode(200)
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async decideHeldList(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) source: string,
    @Param('feed', { schema: codeSchema }) feed: string,
    @Body({ schema: heldListDecisionSchema }) body: HeldListDecision,
  ): Promise<Done> {
    await this.sources.decideHeldList(actor, { source, feed }, body);
    return { done: true };
  }

  @Get('loads')
  @ApiOperation({ summary: '正在载入、还没有研判的成批数据' })
  @ApiResponse({ status: 200, standardSchema: loadListSchema })
  listLoads() {
    return this.loads.list();
  }

  @Get('uploads/mappings')
  @ApiOperation({ summary: '上传文件时可选的字段对应方案' })
  @ApiResponse({ status: 200, standardSchema: mappingListSchema })
  mappings() {
    return this.uploads.mappings();
  }

  @Post('uploads')
  @ApiOperation({ summary: '上传一个文件（管理员）' })
  @HttpCode(200)
  @ApiConsumes('multipart/form-data')
  @ApiResponse({ status: 200, standardSchema: uploadResultSchema })
  @UseInterceptors(
    FileInterceptor('file', {
      storage: arrivingStorage,
      limits: UPLOAD_LIMITS,
      defParamCharset: 'utf8',
    }),
  )
  upload(
    @CurrentActor() actor: Actor,
    @UploadedFile() file: Express.Multer.File | undefined,
    @Body({ schema: uploadRequestSchema }) body: UploadRequest,
  ) {
    return this.uploads.upload(actor, file ? { path: file.path, fileName: file.originalname } : null, body);
  }
}
