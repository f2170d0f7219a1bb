import { maskText, type Actor, type AuditLog } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import type { ChannelTarget, TeamChannels } from '@tianyan/notices';
import { CHANNEL_KIND_LABELS, robotTokenOf, type AddChannelRequest, type RobotKind, type TeamChannelList } from '../api/index.js';

/** The channels of the teams, for administrators. */
export class ChannelCases {
  constructor(private readonly parts: { channels: TeamChannels; audit: AuditLog }) {}

  async list(): Promise<TeamChannelList> {
    const channels = await this.parts.channels.list();
    return {
      items: channels.map(({ lastTest, ...channel }) => ({
        ...channel,
        kindLabel: CHANNEL_KIND_LABELS[channel.kind],
        lastTest: lastTest && { ...lastTest, reason: lastTest.reason === null ? null : maskText(lastTest.reason) },
      })),
    };
  }

  async add(actor: Actor, teamId: string, request: AddChannelRequest): Promise<TeamChannelList> {
    const { name, minSeverity } = request;
    const userId = 'userId' in request ? (request.userId ?? null) : null;
    const id = await this.parts.channels.add(teamId, { name, minSeverity, userId, target: targetOf(request) });
    await this.parts.audit.record(actor, { action: 'add-team-channel', object: `team/${teamId}/channel/${id}` });
    return this.list();
  }

  async remove(actor: Actor, id: string): Promise<TeamChannelList> {
    await this.parts.channels.remove(id);
    await this.parts.audit.record(actor, { action: 'delete-team-channel', object: `channel/${id}` });
    return this.list();
  }

  async test(actor: Actor, id: string): Promise<TeamChannelList> {
    await this.parts.channels.test(id);
    await this.parts.audit.record(actor, { action: 'test-team-channel', object: `channel/${id}` });
    return this.list();
  }
}

function targetOf(request: AddChannelRequest): ChannelTarget {
  switch (request.kind) {
    case 'email':
      return { kind: 'email', address: request.address };
    case 'sms':
      return { kind: 'sms', number: request.number };
    case 'wecom':
      return { kind: 'wecom', token: tokenOf('wecom', request.robotUrl) };
    case 'dingtalk':
    case 'feishu':
      return { kind: request.kind, token: tokenOf(request.kind, request.robotUrl), signingSecret: request.signingSecret };
  }
}

function tokenOf(kind: RobotKind, url: string): string {
  const token = robotTokenOf(kind, url);
  // The schema of the request has looked already.
  if (token === null) throw new RefusedError('invalid', '机器人的地址不对，请从群机器人的设置里完整复制');
  return token;
}
