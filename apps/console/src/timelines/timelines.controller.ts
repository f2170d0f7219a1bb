import type { Actor } from '@tianyan/access';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { codeSchema, timelineKindSchema, timelineSchema, type TimelineKind } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { TimelineCases } from './timeline-cases.js';

@ApiTags('时间轴')
@Controller('api/timelines')
export class TimelinesController {
  constructor(@Inject(TimelineCases) private readonly cases: TimelineCases) {}

  @Get(':kind/:code')
  @ApiOperation({
    summary:
      '一张工单、一份合同、一个项目、资产、交易项目、企业（统一社会信用代码）或坐席（工号）：所有提到它的记录排在一条时间轴上，附有关疑点和线索',
  })
  @ApiResponse({ status: 200, standardSchema: timelineSchema })
  get(
    @CurrentActor() actor: Actor,
    @Param('kind', { schema: timelineKindSchema }) kind: TimelineKind,
    @Param('code', { schema: codeSchema }) code: string,
  ) {
    return this.cases.get(actor, kind, code);
  }
}
