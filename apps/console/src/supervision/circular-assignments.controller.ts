import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema } from '../api/index.js';
import {
  assignedCircularDetailSchema,
  assignedCircularsSchema,
  reportImprovementSchema,
  unitCircularStepSchema,
  unitImprovementStepSchema,
  type ReportImprovementRequest,
  type UnitCircularStepBody,
  type UnitImprovementStepBody,
} from '../api/circulars.js';
import { CurrentActor } from '../http/session-guard.js';
import { CircularAssignmentCases } from './circular-assignment-cases.js';

@ApiTags('交办事项')
@Controller('api/assignments')
export class CircularAssignmentsController {
  constructor(@Inject(CircularAssignmentCases) private readonly cases: CircularAssignmentCases) {}

  @Get('circulars')
  @ApiOperation({ summary: '发给本单位的通报（单位联络员）' })
  @ApiResponse({ status: 200, standardSchema: assignedCircularsSchema })
  list(@CurrentActor() actor: Actor) {
    return this.cases.list(actor);
  }

  @Get('circulars/:id')
  @ApiOperation({ summary: '发给本单位的一份通报' })
  @ApiResponse({ status: 200, standardSchema: assignedCircularDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Post('circulars/:id/receipts')
  @HttpCode(200)
  @ApiOperation({ summary: '已阅' })
  @ApiResponse({ status: 200, standardSchema: assignedCircularDetailSchema })
  read(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.read(actor, id);
  }

  @Post('circulars/:id/steps')
  @HttpCode(200)
  @ApiOperation({ summary: '报送完毕' })
  @ApiResponse({ status: 200, standardSchema: assignedCircularDetailSchema })
  take(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: unitCircularStepSchema }) body: UnitCircularStepBody,
  ) {
    return this.cases.take(actor, id, body);
  }

  @Post('circulars/:id/improvements')
  @HttpCode(200)
  @ApiOperation({ summary: '报送一项建立或完善的制度' })
  @ApiResponse({ status: 200, standardSchema: assignedCircularDetailSchema })
  report(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: reportImprovementSchema }) body: ReportImprovementRequest,
  ) {
    return this.cases.report(actor, id, body);
  }

  @Post('improvements/:id/steps')
  @HttpCode(200)
  @ApiOperation({ summary: '补正重报、撤销报送一项制度' })
  @ApiResponse({ status: 200, standardSchema: assignedCircularDetailSchema })
  takeImprovementStep(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: unitImprovementStepSchema }) body: UnitImprovementStepBody,
  ) {
    return this.cases.takeImprovementStep(actor, id, body);
  }
}
