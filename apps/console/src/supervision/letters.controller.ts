import type { Actor } from '@tianyan/access';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  codeSchema,
  draftLetterRequestSchema,
  letterDetailSchema,
  letterListQuerySchema,
  letterListSchema,
  letterStepSchema,
  type DraftLetterRequest,
  type LetterStepBody,
} from '../api/index.js';
import { RequestKey, TakesRequestKey } from '../http/request-key.js';
import { CurrentActor } from '../http/session-guard.js';
import { LetterCases } from './letter-cases.js';

@ApiTags('督办函')
@Controller('api/letters')
export class LettersController {
  constructor(@Inject(LetterCases) private readonly cases: LetterCases) {}

  @Get()
  @ApiOperation({ summary: '督办函列表，可按状态、种类、单位、是否超期、来源筛选' })
  @ApiResponse({ status: 200, standardSchema: letterListSchema })
  list(@CurrentActor() actor: Actor, @Query({ schema: letterListQuerySchema }) query: z.output<typeof letterListQuerySchema>) {
    return this.cases.list(actor, query);
  }

  @Post()
  @TakesRequestKey()
  @HttpCode(200)
  @ApiOperation({ summary: '由疑点或线索拟一份督办函；正文只有拟稿人写的内容' })
  @ApiResponse({ status: 200, standardSchema: letterDetailSchema })
  draft(
    @CurrentActor() actor: Actor,
    @Body({ schema: draftLetterRequestSchema }) body: DraftLetterRequest,
    @RequestKey() key: string | null,
  ) {
    return this.cases.draft(actor, body, key);
  }

  @Get(':id')
  @ApiOperation({ summary: '一份督办函：正文、单位的答复、办理经过、现在能办的步骤' })
  @ApiResponse({ status: 200, standardSchema: letterDetailSchema })
  get(@CurrentActor() actor: Actor, @Param('id', { schema: codeSchema }) id: string) {
    return this.cases.get(actor, id);
  }

  @Post(':id/steps')
  @HttpCode(200)
  @ApiOperation({ summary: '办理一步；写明看到的是第几步之后的督办函，别人先办了则不受理（409）' })
  @ApiResponse({ status: 200, standardSchema: letterDetailSchema })
  take(
    @CurrentActor() actor: Actor,
    @Param('id', { schema: codeSchema }) id: string,
    @Body({ schema: letterStepSchema }) body: LetterStepBody,
  ) {
    return this.cases.take(actor, id, body);
  }
}
