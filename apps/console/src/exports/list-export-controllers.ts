import type { Actor } from '@tianyan/access';
import { Body, Controller, HttpCode, Inject, Post, Query, type Type } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { exportRequestSchema, type ExportRequest } from '../api/index.js';
import { AnswersFile, sentFile, WORKBOOK_TYPE } from '../http/made-file.js';
import { CurrentActor } from '../http/session-guard.js';
import type { ExportedList } from './exported-list.js';
import { FINDING_LISTS } from './finding-lists.js';
import { ListExports } from './list-exports.js';
import { PLATFORM_LISTS } from './platform-lists.js';
import { SUPERVISION_LISTS } from './supervision-lists.js';

/** Every list that leaves as a workbook by the one mechanism; those of findings and clues have their own. */
export const EXPORTED_LISTS: readonly ExportedList[] = [...SUPERVISION_LISTS, ...FINDING_LISTS, ...PLATFORM_LISTS];

/** A route for each list, in the table of routes by its own name: who may is decided there. */
export const LIST_EXPORT_CONTROLLERS: readonly Type[] = EXPORTED_LISTS.map(controllerOf);

function controllerOf(list: ExportedList): Type {
  const { path, title } = list;
  @ApiTags('导出')
  @Controller('api')
  class ListExportController {
    constructor(@Inject(ListExports) private readonly lists: ListExports) {}

    @Post(`${path}/export`)
    @HttpCode(200)
    @ApiOperation({
      operationId: `export_${path.replaceAll('/', '_')}`,
      summary: `${title}（XLSX），筛选条件与列表相同；须写明理由`,
    })
    @AnswersFile(WORKBOOK_TYPE)
    async made(
      @CurrentActor() actor: Actor,
      @Query({ schema: list.query }) query: unknown,
      @Body({ schema: exportRequestSchema }) body: ExportRequest,
    ) {
      return sentFile(await this.lists.made(actor, list, { query, reason: body.reason }));
    }
  }
  return ListExportController;
}
