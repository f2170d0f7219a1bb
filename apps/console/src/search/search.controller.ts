import type { Actor } from '@tianyan/access';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { searchAnswerSchema, searchRequestSchema } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { SearchCases } from './search-cases.js';

@ApiTags('搜索')
@Controller('api/search')
export class SearchController {
  constructor(@Inject(SearchCases) private readonly cases: SearchCases) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: '按编号或文字找疑点、线索、工单、合同、项目、资产、交易项目、企业、坐席、单位、乡镇、村；只找看得到的内容',
  })
  @ApiResponse({ status: 200, standardSchema: searchAnswerSchema })
  search(@CurrentActor() actor: Actor, @Body({ schema: searchRequestSchema }) body: z.output<typeof searchRequestSchema>) {
    return this.cases.search(actor, body.text);
  }
}
