import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  assignedLetterDetailSchema,
  assignmentListSchema,
  codeSchema,
  rectificationDetailSchema,
  unitLetterStepSchema,
  unitRectificationStepSchema,
  type UnitLetterStepBody,
  type UnitRectificationStepBody,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { AssignmentCases } from './assignment-cases.js';

@ApiTags('交办事项')
@Controller('api/assignments')
export class AssignmentsController {
  constructor(@Inject(AssignmentCases) private readonly cases: AssignmentCases) {}

  @Get()
  @ApiOperation({ summary: '交给本单位的督办函和整改事项（单位联络员）' })
  @ApiResponse({ status: 200, standardSchema: assignmentListSchema })
  list(@CurrentActor() actor: Actor) {
    return this.cases.list(actor);
  }

  @Get('letters/:id')
  @ApiOperation({ summary: '交给本单位的一份督办函' })
  @ApiResponse({ status: 200, standardSchema: assignedLetterDetailSchema })
  letter(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.letter(actor, id);
  }

  @Post('letters/:id/steps')
  @HttpCode(200)
  @ApiOperation({ summary: '签收、答复' })
  @ApiResponse({ status: 200, standardSchema: assignedLetterDetailSchema })
  takeLetterStep(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: unitLetterStepSchema }) body: UnitLetterStepBody,
  ) {
    return this.cases.takeLetterStep(actor, id, body);
  }

  @Get('rectifications/:id')
  @ApiOperation({ summary: '本单位的一项整改' })
  @ApiResponse({ status: 200, standardSchema: rectificationDetailSchema })
  rectification(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.rectification(actor, id);
  }

  @Post('rectifications/:id/steps')
  @HttpCode(200)
  @ApiOperation({ summary: '报告进展、提交验收' })
  @ApiResponse({ status: 200, standardSchema: rectificationDetailSchema })
  takeRectificationStep(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: unitRectificationStepSchema }) body: UnitRectificationStepBody,
  ) {
    return this.cases.takeRectificationStep(actor, id, body);
  }
}
