import type { Actor } from '@tianyan/access';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  chinaDaySchema,
  codeSchema,
  pagedPlaceKindSchema,
  placeDaySchema,
  placeMonthKeySchema,
  placeMonthSchema,
  placePageSchema,
  placeQuerySchema,
  type PagedPlaceKind,
} from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { PlaceCases } from './place-cases.js';

@ApiTags('单位和地方')
@Controller('api/places')
export class PlacesController {
  constructor(@Inject(PlaceCases) private readonly cases: PlaceCases) {}

  @Get(':kind/:code')
  @ApiOperation({ summary: '一个单位、乡镇或村：各月有多少记录、疑点、线索和督办函' })
  @ApiResponse({ status: 200, standardSchema: placePageSchema })
  page(
    @CurrentActor() actor: Actor,
    @Param('kind', { schema: pagedPlaceKindSchema }) kind: PagedPlaceKind,
    @Param('code', { schema: codeSchema }) code: string,
    @Query({ schema: placeQuerySchema }) { back }: z.output<typeof placeQuerySchema>,
  ) {
    return this.cases.page(actor, kind, code, back);
  }

  @Get(':kind/:code/months/:month')
  @ApiOperation({ summary: '其中一个月：疑点、线索、督办函，以及每天记录了什么' })
  @ApiResponse({ status: 200, standardSchema: placeMonthSchema })
  month(
    @CurrentActor() actor: Actor,
    @Param('kind', { schema: pagedPlaceKindSchema }) kind: PagedPlaceKind,
    @Param('code', { schema: codeSchema }) code: string,
    @Param('month', { schema: placeMonthKeySchema }) month: string,
  ) {
    return this.cases.month(actor, kind, code, month);
  }

  @Get(':kind/:code/days/:day')
  @ApiOperation({ summary: '其中一天的记录；人写的文字在各自的页面看' })
  @ApiResponse({ status: 200, standardSchema: placeDaySchema })
  day(
    @CurrentActor() actor: Actor,
    @Param('kind', { schema: pagedPlaceKindSchema }) kind: PagedPlaceKind,
    @Param('code', { schema: codeSchema }) code: string,
    @Param('day', { schema: chinaDaySchema }) day: string,
  ) {
    return this.cases.day(actor, kind, code, day);
  }
}
