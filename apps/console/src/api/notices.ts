import { z } from 'zod';
import { entryAcknowledgementSchema, escalationSchema } from './alerts.js';
import { channelKindSchema } from './team-channels.js';
import { codeSchema, instantMsSchema, pageOf, pageQueryShape, severitySchema } from './primitives.js';

/**
 * Of findings: `opened`: look at it; `withdrawn` (撤回): the data no longer support it; `moved` (转出): it concerns other teams now;
 * `escalated` (升级): nobody of the team has acknowledged it; `summary…` (汇总): the same of several findings. Of sources: `source-…`; of the platform itself: `platform-…`. Of rules:
 * `rule-set-aside`. Of exemptions: `exemption-ending`. Of clues: `clue-…`. Of letters: `letter-…`, and to the liaisons of the unit `assignment-…`.
 * Of circulars: `circular-…`. Of campaigns and their orders: `campaign-…`, `campaign-task-…`.
 * Of channels of teams: `channel-test`.
 */
export const noticeKindSchema = z.enum([
  'opened',
  'withdrawn',
  'moved',
  'summary',
  'summary-withdrawn',
  'summary-moved',
  'escalated',
  'summary-escalated',
  'source-failing',
  'source-still-failing',
  'source-working',
  'platform-failing',
  'platform-still-failing',
  'platform-working',
  'rule-set-aside',
  'exemption-ending',
  'clue-assigned',
  'clue-due-soon',
  'clue-overdue',
  'clue-data-changed',
  'clue-rebounded',
  'channel-test',
  'letter-drafted',
  'letter-returned',
  'letter-answered',
  'letter-due-soon',
  'letter-overdue',
  'assignment-issued',
  'assignment-sent-back',
  'assignment-withdrawn',
  'assignment-excused',
  'assignment-due-soon',
  'assignment-overdue',
  'circular-drafted',
  'circular-returned',
  'circular-reported',
  'circular-resubmitted',
  'circular-due-soon',
  'circular-overdue',
  'campaign-opened',
  'campaign-assigned',
  'campaign-due-soon',
  'campaign-overdue',
  'campaign-stopped',
  'campaign-task-reported',
  'campaign-task-returned',
]);

/** What a notice is about; of a summary the id is a name of its own. */
export const noticeSubjectSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('finding'), id: z.string() }),
  z.object({ kind: z.literal('source'), id: z.string() }),
  z.object({ kind: z.literal('rule'), id: z.string() }),
  z.object({ kind: z.literal('exemption'), id: z.string() }),
  z.object({ kind: z.literal('clue'), id: z.string() }),
  z.object({ kind: z.literal('channel'), id: z.string() }),
  z.object({ kind: z.literal('letter'), id: z.string() }),
  z.object({ kind: z.literal('assignment'), id: z.string() }),
  z.object({ kind: z.literal('circular'), id: z.string() }),
  z.object({ kind: z.literal('platform'), id: z.string() }),
  z.object({ kind: z.literal('campaign'), id: z.string() }),
  z.object({ kind: z.literal('campaign-task'), id: z.string() }),
]);

/** GET /api/inbox — what the signed-in person was told, newest first; of sources those hear who run the platform */
export const inboxQuerySchema = z.object({ unread: z.enum(['true', 'false']).optional(), ...pageQueryShape });
export type InboxQuery = z.input<typeof inboxQuerySchema>;
export const inboxItemSchema = z.object({
  id: z.string(),
  subject: noticeSubjectSchema,
  /** Page of the console that shows what it tells of: the finding, a filtered list, the source. */
  path: z.string(),
  kind: noticeKindSchema,
  kindLabel: z.string(),
  title: z.string(),
  text: z.string(),
  severity: severitySchema,
  /** Null: told to one person, or to those who run the platform. */
  teamName: z.string().nullable(),
  /** Machine time. */
  deliveredAtMs: instantMsSchema,
  readAtMs: instantMsSchema.nullable(),
  /** Null: it tells of no alert. */
  acknowledgement: entryAcknowledgementSchema.nullable(),
});
export type InboxItem = z.infer<typeof inboxItemSchema>;
export const inboxSchema = pageOf(inboxItemSchema).extend({ unreadCount: z.int().nonnegative() });
export type Inbox = z.infer<typeof inboxSchema>;

/** POST /api/inbox/read — without `ids`: all */
export const markReadRequestSchema = z.strictObject({ ids: z.array(codeSchema).max(1_000).optional() });
export type MarkReadRequest = z.infer<typeof markReadRequestSchema>;
export const markReadResultSchema = z.object({ unreadCount: z.int().nonnegative() });
export type MarkReadResult = z.infer<typeof markReadResultSchema>;

/** `HH:mm` in China; over midnight where the first is the later. What leaves the platform for the team waits for the end. */
export const quietHoursSchema = z
  .strictObject({
    from: z.iso.time({ precision: -1, error: '请填写几点几分' }),
    to: z.iso.time({ precision: -1, error: '请填写几点几分' }),
    /** What is of high severity comes all the same. */
    exceptHigh: z.boolean(),
  })
  .refine(({ from, to }) => from !== to, '免打扰的开始和结束不能相同');
export type QuietHours = z.infer<typeof quietHoursSchema>;

export const teamSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Receives what no other team is responsible for. Exactly one team is. */
  isDefault: z.boolean(),
  townshipCodes: z.array(z.string()),
  /** Is told of these classes of problems alone; empty: of all. */
  problemClasses: z.array(z.string()),
  /** Is told of these units alone; empty: of all. */
  unitIds: z.array(z.string()),
  memberIds: z.array(z.string()),
  webhookUrl: z.string().nullable(),
  /** The key itself is never shown again. */
  webhookKeySet: z.boolean(),
  minSeverity: severitySchema,
  /** Its webhook and channels hear of the platform itself, too: of sources that fail. */
  platformNotices: z.boolean(),
  /** How many doubts it takes on in a week; null: all. */
  weeklyBudget: z.int().nullable(),
  /** Null: none. */
  quietHours: quietHoursSchema.nullable(),
  /** Null: what nobody acknowledges stays with the team. */
  escalation: escalationSchema.nullable(),
});
export type Team = z.infer<typeof teamSchema>;

/** Most that a team can say it takes on in a week: beyond it a budget limits nothing. */
export const MAX_WEEKLY_BUDGET = 1_000;

/** GET /api/teams (administrator) */
export const teamListSchema = z.object({
  items: z.array(teamSchema),
  /** Of problems, as rules name them. */
  problemClasses: z.array(z.string()),
  /** Everyone who can be a member. */
  users: z.array(z.object({ id: z.string(), displayName: z.string() })),
});
export type TeamList = z.infer<typeof teamListSchema>;

/** POST /api/teams, PUT /api/teams/:id (administrator) */
export const saveTeamRequestSchema = z.strictObject({
  name: z.string().trim().min(1, '请填写名称').max(100),
  townshipCodes: z.array(codeSchema).max(500),
  memberIds: z.array(codeSchema).max(500),
  webhookUrl: z
    .url({ protocol: /^https?$/, error: '回调地址须以 http:// 或 https:// 开头' })
    .max(2_000)
    .nullable(),
  minSeverity: severitySchema,
  /** Missing: as it is; of a new team: no. */
  platformNotices: z.boolean().optional(),
  /** Missing: as it is; of a new team: none. */
  weeklyBudget: z
    .int('每周名额应为整数')
    .min(1, '每周名额至少 1 件；不限请留空')
    .max(MAX_WEEKLY_BUDGET, `每周名额最多 ${MAX_WEEKLY_BUDGET} 件`)
    .nullable()
    .optional(),
  /** Missing: as it is; of a new team: none. */
  quietHours: quietHoursSchema.nullable().optional(),
  /** Missing: as it is; of a new team: none. */
  escalation: escalationSchema.nullable().optional(),
  /** Missing: as they are; of a new team: all. */
  problemClasses: z.array(z.string().max(100)).max(100).optional(),
  unitIds: z.array(codeSchema).max(500).optional(),
});
export type SaveTeamRequest = z.infer<typeof saveTeamRequestSchema>;

/** POST /api/teams/preview (administrator): what a team with these conditions would have been told of; `id` null: a new one */
export const routingPreviewRequestSchema = z.strictObject({
  id: codeSchema.nullable(),
  townshipCodes: z.array(codeSchema).max(500),
  problemClasses: z.array(z.string().max(100)).max(100),
  unitIds: z.array(codeSchema).max(500),
  minSeverity: severitySchema,
});
export type RoutingPreviewRequest = z.infer<typeof routingPreviewRequestSchema>;
const routingCountsSchema = z.object({ team: z.int().nonnegative(), fallback: z.int().nonnegative() });
export const routingPreviewSchema = z.object({
  days: z.int(),
  /** Of the team, and of the default team, as it is and as it would be. */
  before: routingCountsSchema,
  after: routingCountsSchema,
});
export type RoutingPreview = z.infer<typeof routingPreviewSchema>;

/** POST /api/teams/:id/webhook-key (administrator): makes a new signing key and shows it this once */
export const webhookKeySchema = z.object({ webhookKey: z.string() });
export type WebhookKey = z.infer<typeof webhookKeySchema>;

export const deliveryStateSchema = z.enum(['waiting', 'delivered', 'dead', 'cancelled', 'bundled']);
export type DeliveryState = z.infer<typeof deliveryStateSchema>;
export const DELIVERY_STATE_LABELS: Readonly<Record<DeliveryState, string>> = {
  waiting: '待送达',
  delivered: '已送达',
  dead: '死信',
  cancelled: '已取消',
  bundled: '并入汇总',
};

/** GET /api/deliveries (administrator), newest first */
export const deliveryQuerySchema = z.object({ state: deliveryStateSchema.optional(), ...pageQueryShape });
export type DeliveryQuery = z.input<typeof deliveryQuerySchema>;
export const deliverySchema = z.object({
  id: z.string(),
  subject: noticeSubjectSchema,
  path: z.string(),
  kind: noticeKindSchema,
  kindLabel: z.string(),
  channel: z.enum(['inbox', 'webhook', ...channelKindSchema.options]),
  channelLabel: z.string(),
  /** Null: told to those who run the platform. */
  teamName: z.string().nullable(),
  /** Whose inbox it is; null: it leaves the platform. */
  personName: z.string().nullable(),
  state: deliveryStateSchema,
  attempts: z.int().nonnegative(),
  nextAttemptAtMs: instantMsSchema.nullable(),
  deliveredAtMs: instantMsSchema.nullable(),
  lastError: z.string().nullable(),
  createdAtMs: instantMsSchema,
});
export type Delivery = z.infer<typeof deliverySchema>;
export const deliveryListSchema = pageOf(deliverySchema);
export type DeliveryList = z.infer<typeof deliveryListSchema>;
// POST /api/deliveries/:id/retry and DELETE /api/teams/:id (administrator) answer `doneSchema`.

const HOST_LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const HOST = new RegExp(String.raw`^(?=.{1,253}(?::|$))${HOST_LABEL}(?:\.${HOST_LABEL})*(?::(\d{1,5}))?$`);
const MAX_PORT = 65_535;

/** GET and PUT /api/webhook-hosts (administrator): the only hosts that webhooks may be sent to, `host` or `host:port` */
export const webhookHostsSchema = z.strictObject({
  hosts: z
    .array(
      z
        .string()
        .trim()
        .refine((host) => {
          const [isHost, port = '1'] = HOST.exec(host) ?? [];
          return isHost !== undefined && Number(port) > 0 && Number(port) <= MAX_PORT;
        }, '主机须写成 域名、域名:端口，或 IPv4 地址'),
    )
    .max(100),
});
export type WebhookHosts = z.infer<typeof webhookHostsSchema>;
