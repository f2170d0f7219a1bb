import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, Inject, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  codeSchema,
  doneSchema,
  dutyMonthSchema,
  dutyQuerySchema,
  saveDutyHoursRequestSchema,
  saveDutyRequestSchema,
  type Done,
  type DutyQuery,
  type SaveDutyHoursRequest,
  type SaveDutyRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { DutyCases } from './duty-cases.js';

@ApiTags('通知')
@Controller('api/teams/:id/duty')
export class DutyController {
  constructor(@Inject(DutyCases) private readonly cases: DutyCases) {}

  @Get()
  @ApiOperation({ summary: '监督组一个月的值班表，和此刻会通知谁（管理员）' })
  @ApiResponse({ status: 200, standardSchema: dutyMonthSchema })
  month(@Param('id', { schema: codeSchema }) id: string, @Query({ schema: dutyQuerySchema }) query: DutyQuery) {
    return this.cases.month(id, query.month ?? null);
  }

  @Put()
  @ApiOperation({ summary: '保存若干天的值班人员（管理员）' })
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async save(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: saveDutyRequestSchema }) body: SaveDutyRequest,
  ): Promise<Done> {
    await this.cases.save(actor, id, body);
    return { done: true };
  }

  @Put('hours')
  @ApiOperation({ summary: '设置监督组的上班时间，或停用值班表（管理员）' })
  @ApiResponse({ status: 200, standardSchema: doneSchema })
  async saveHours(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: saveDutyHoursRequestSchema }) body: SaveDutyHoursRequest,
  ): Promise<Done> {
    await this.cases.saveHours(actor, id, body.hours);
    return { done: true };
  }
}
