import { RefusedError, Seal } from '@tianyan/kernel';
import { z } from 'zod';

export const CHANNEL_KINDS = ['email', 'wecom', 'dingtalk', 'feishu', 'sms'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

const targetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), address: z.string() }),
  z.object({ kind: z.literal('wecom'), token: z.string() }),
  /** Without a secret the robot lets in by keyword or address alone. */
  z.object({ kind: z.literal('dingtalk'), token: z.string(), signingSecret: z.string().nullable() }),
  z.object({ kind: z.literal('feishu'), token: z.string(), signingSecret: z.string().nullable() }),
  z.object({ kind: z.literal('sms'), number: z.string() }),
]);
/** Where a channel leads: an address, a telephone, or the robot of a chat group (its token lets write into the group). */
export type ChannelTarget = z.output<typeof targetSchema>;
export type TargetOf<K extends ChannelKind> = Extract<ChannelTarget, { kind: K }>;

const sealOf = (secret: string): Seal => new Seal(secret, 'tianyan/team-channel');

/**
 * A target as it is stored: a copy of the database alone gives nobody a way into the groups.
 * @param secret the installation's own
 * @param channelId a sealed target is good for its own channel alone
 */
export function sealTarget(secret: string, channelId: string, target: ChannelTarget): string {
  return sealOf(secret).seal(JSON.stringify(target), channelId);
}

/** The inverse of {@link sealTarget}. Throws RefusedError('invalid') where the installation's secret is another. */
export function openTarget(secret: string, channelId: string, sealed: string): ChannelTarget {
  const text = sealOf(secret).open(sealed, channelId);
  const target = text === null ? null : targetSchema.safeParse(JSON.parse(text));
  if (target?.success) return target.data;
  throw new RefusedError('invalid', '本机的 webhook.key 换过，读不出这个渠道的地址：请删除这个渠道，重新添加');
}

const SHOWN_CHARS = 4;

/** What of a target may be shown: enough to tell two robots apart, not enough to use one. */
export function shownOf(target: ChannelTarget): string {
  switch (target.kind) {
    case 'email':
      return target.address;
    case 'sms':
      return `手机，尾号 ${target.number.slice(-SHOWN_CHARS)}`;
    default:
      return `机器人，尾号 ${target.token.slice(-SHOWN_CHARS)}`;
  }
}
