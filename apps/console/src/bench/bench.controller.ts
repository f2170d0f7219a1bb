import type { Actor } from '@tianyan/access';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { benchSchema } from '../api/index.js';
import { CurrentActor } from '../http/session-guard.js';
import { BenchCases } from './bench-cases.js';

@ApiTags('工作台')
@Controller('api/bench')
export class BenchController {
  constructor(@Inject(BenchCases) private readonly cases: BenchCases) {}

  @Get()
  @ApiOperation({ summary: '我的工作：承办的线索（今天到期、超期），等我分办、审批、验收、办结的线索' })
  @ApiResponse({ status: 200, standardSchema: benchSchema })
  get(@CurrentActor() actor: Actor) {
    return this.cases.get(actor);
  }
}
