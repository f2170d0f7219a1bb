import { z } from 'zod';
import { codeSchema, instantMsSchema, severitySchema } from './primitives.js';

export const channelKindSchema = z.enum(['email', 'wecom', 'dingtalk', 'feishu', 'sms']);
export type ChannelKind = z.infer<typeof channelKindSchema>;
export const CHANNEL_KIND_LABELS: Readonly<Record<ChannelKind, string>> = {
  email: '邮件',
  wecom: '企业微信群机器人',
  dingtalk: '钉钉群机器人',
  feishu: '飞书群机器人',
  sms: '短信',
};
export type RobotKind = Exclude<ChannelKind, 'email' | 'sms'>;

/** Addresses as the vendors hand them out; what stands in the brackets is the robot's token. */
const ROBOT_URLS: Readonly<Record<RobotKind, RegExp>> = {
  wecom: /^https:\/\/qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/send\?key=([\w-]{8,200})$/,
  dingtalk: /^https:\/\/oapi\.dingtalk\.com\/robot\/send\?access_token=([\w-]{8,200})$/,
  feishu: /^https:\/\/open\.feishu\.cn\/open-apis\/bot\/v2\/hook\/([\w-]{8,200})$/,
};
const URL_BEGINNINGS: Readonly<Record<RobotKind, string>> = {
  wecom: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=',
  dingtalk: 'https://oapi.dingtalk.com/robot/send?access_token=',
  feishu: 'https://open.feishu.cn/open-apis/bot/v2/hook/',
};

/** The token in the address of a robot; null where it is not an address of this vendor. */
export function robotTokenOf(kind: RobotKind, url: string): string | null {
  return ROBOT_URLS[kind].exec(url.trim())?.[1] ?? null;
}

const robotUrl = (kind: RobotKind) =>
  z
    .string()
    .trim()
    .refine((url) => robotTokenOf(kind, url) !== null, {
      error: `地址应以 ${URL_BEGINNINGS[kind]} 开头，请从群机器人的设置里完整复制`,
    });
const signingSecret = z.string().trim().min(8, '密钥太短，请完整复制').max(200).nullable();
const shared = {
  name: z.string().trim().min(1, '请填写名称').max(50),
  minSeverity: severitySchema,
};

/** Whose own address or telephone it is, of the members: told outside the team's hours only on duty. Missing: all of the team's. */
const userId = codeSchema.nullable().optional();

/** POST /api/teams/:id/channels (administrator): answers the list. Addresses of robots and secrets are never answered. */
export const addChannelRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('email'), ...shared, userId, address: z.email('请填写一个邮箱地址').max(200) }),
  z.strictObject({ kind: z.literal('wecom'), ...shared, robotUrl: robotUrl('wecom') }),
  z.strictObject({ kind: z.literal('dingtalk'), ...shared, robotUrl: robotUrl('dingtalk'), signingSecret }),
  z.strictObject({ kind: z.literal('feishu'), ...shared, robotUrl: robotUrl('feishu'), signingSecret }),
  z.strictObject({
    kind: z.literal('sms'),
    ...shared,
    userId,
    number: z
      .string()
      .trim()
      .regex(/^1\d{10}$/, '请填写 11 位手机号码'),
  }),
]);
export type AddChannelRequest = z.infer<typeof addChannelRequestSchema>;

/** What came of the last test message. `waiting`: not sent yet; with a reason: it failed and is tried again. */
const channelTestSchema = z.object({
  state: z.enum(['waiting', 'delivered', 'dead']),
  reason: z.string().nullable(),
  /** Machine time. */
  askedAtMs: instantMsSchema,
});
export type ChannelTest = z.infer<typeof channelTestSchema>;

export const teamChannelSchema = z.object({
  id: z.string(),
  teamId: z.string(),
  kind: channelKindSchema,
  kindLabel: z.string(),
  name: z.string(),
  /** Whose own it is; null: all of the team's. */
  userId: z.string().nullable(),
  /** The address of an e-mail; of a robot the end of its token, of a telephone the end of its number. */
  shown: z.string(),
  /** Milder alerts are not sent this way. */
  minSeverity: severitySchema,
  lastTest: channelTestSchema.nullable(),
});
export type TeamChannel = z.infer<typeof teamChannelSchema>;

/** GET /api/team-channels (administrator): of all teams, by name */
export const teamChannelListSchema = z.object({ items: z.array(teamChannelSchema) });
export type TeamChannelList = z.infer<typeof teamChannelListSchema>;
// DELETE /api/team-channels/:id and POST /api/team-channels/:id/test (administrator) answer the list, too.
