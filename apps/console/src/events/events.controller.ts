import { Reach, type ActiveSession, type Actor } from '@tianyan/access';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentActor, CurrentSession } from '../http/session-guard.js';
import { EventStream } from './event-stream.js';

@ApiTags('实时事件')
@Controller('api/events')
export class EventsController {
  constructor(@Inject(EventStream) private readonly stream: EventStream) {}

  @Get()
  @ApiOperation({ summary: '实时通知（服务器推送）：有新疑点、通知、数据源或巡检的变化' })
  @ApiProduces('text/event-stream')
  open(
    @CurrentSession() session: ActiveSession,
    @CurrentActor() actor: Actor,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): void {
    const { user, address } = actor;
    const owner = { userId: user.id, address, reach: Reach.of(actor), tokenDigest: session.tokenDigest };
    this.stream.open(response, owner, lastEventId ?? null);
  }
}
