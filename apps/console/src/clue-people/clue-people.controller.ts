import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  codeSchema,
  identifyPersonRequestSchema,
  knownPeopleSchema,
  personPageSchema,
  sameNameRequestSchema,
  searchPeopleRequestSchema,
  type IdentifyPersonRequest,
  type SameNameRequest,
  type SearchPeopleRequest,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { CluePeopleCases } from './clue-people-cases.js';

@ApiTags('线索')
@Controller('api')
export class CluePeopleController {
  constructor(@Inject(CluePeopleCases) private readonly cases: CluePeopleCases) {}

  @Get('clues/:id/people/:personId')
  @ApiOperation({ summary: '一名涉及人员：看得到的线索、办理、形态、整改和文书排在一条时间轴上，附关系图；打开记入操作日志' })
  @ApiResponse({ status: 200, standardSchema: personPageSchema })
  get(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Param('personId', { schema: codeSchema }) personId: string,
  ) {
    return this.cases.get(actor, id, personId);
  }

  @Post('clues/:id/people/same-name')
  @HttpCode(200)
  @ApiOperation({
    summary: '登记涉及人员或更正前核对看得到的线索里有没有同名的人（承办人）；记入操作日志，核对和查到的计入每天的上限',
  })
  @ApiResponse({ status: 200, standardSchema: knownPeopleSchema })
  sameNamed(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: sameNameRequestSchema }) body: SameNameRequest,
  ) {
    return this.cases.sameNamed(actor, id, body);
  }

  @Post('clues/:id/people/:personId/identity')
  @HttpCode(200)
  @ApiOperation({ summary: '更正一名涉及人员与同名的人是同一人还是另一人（承办人），写明理由' })
  @ApiResponse({ status: 200, standardSchema: personPageSchema })
  identify(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) clueId: string,
    @Param('personId', { schema: codeSchema }) personId: string,
    @Body({ schema: identifyPersonRequestSchema }) body: IdentifyPersonRequest,
  ) {
    return this.cases.identify(actor, { clueId, personId, ...body });
  }

  @Post('clue-people/search')
  @HttpCode(200)
  @ApiOperation({ summary: '按完整姓名查看得到的线索里的涉及人员，写明理由；记入操作日志，查询和查到的计入每天的上限' })
  @ApiResponse({ status: 200, standardSchema: knownPeopleSchema })
  search(@CurrentActor() actor: Actor, @Body({ schema: searchPeopleRequestSchema }) body: SearchPeopleRequest) {
    return this.cases.search(actor, body);
  }
}
