import { z } from 'zod';
import { codeSchema, instantMsSchema, pageOf, pageQueryShape, severitySchema } from './primitives.js';

/**
 * Of findings: `opened`: look at it; `withdrawn` (撤回): the data no longer support it; `moved` (转出): it concerns other teams now;
 * `summary…` (汇总): the same of several findings. Of sources: `source-failing`, `source-working`. Of rules:
 * `rule-set-aside`. Of exemptions: `exemption-ending`. Of clues: `clue-…`.
 */
export const noticeKindSchema = z.enum([
  'opened',
  'withdrawn',
  'moved',
  'summary',
  'summary-withdrawn',
  'summary-moved',
  'source-failing',
  'source-working',
  'rule-set-aside',
  'exemption-ending',
  'clue-assigned',
  'clue-due-soon',
  'clue-overdue',
  'clue-data-changed',
  'clue-rebounded',
]);

/** What a notice is about; of a summary the id is a name of its own. */
export const noticeSubjectSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('finding'), id: z.string() }),
  z.object({ kind: z.literal('source'), id: z.string() }),
  z.object({ kind: z.literal('rule'), id: z.string() }),
  z.object({ kind: z.literal('exemption'), id: z.string() }),
  z.object({ kind: z.literal('clue'), id: z.string() }),
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
  /** Null: told to those who run the platform. */
  teamName: z.string().nullable(),
  /** Machine time. */
  deliveredAtMs: instantMsSchema,
  readAtMs: instantMsSchema.nullable(),
});
export type InboxItem = z.infer<typeof inboxItemSchema>;
export const inboxSchema = pageOf(inboxItemSchema).extend({ unreadCount: z.int().nonnegative() });
export type Inbox = z.infer<typeof inboxSchema>;

/** POST /api/inbox/read — without `ids`: all */
export const markReadRequestSchema = z.strictObject({ ids: z.array(codeSchema).max(1_000).optional() });
export type MarkReadRequest = z.infer<typeof markReadRequestSchema>;
export const markReadResultSchema = z.object({ unreadCount: z.int().nonnegative() });
export type MarkReadResult = z.infer<typeof markReadResultSchema>;

export const teamSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Receives what no other team is responsible for. Exactly one team is. */
  isDefault: z.boolean(),
  townshipCodes: z.array(z.string()),
  memberIds: z.array(z.string()),
  webhookUrl: z.string().nullable(),
  /** The key itself is never shown again. */
  webhookKeySet: z.boolean(),
  minSeverity: severitySchema,
  /** Its webhook hears of the platform itself, too: of sources that fail. */
  platformNotices: z.boolean(),
  /** How many doubts it takes on in a week; null: all. */
  weeklyBudget: z.int().nullable(),
});
export type Team = z.infer<typeof teamSchema>;

/** Most that a team can say it takes on in a week: beyond it a budget limits nothing. */
export const MAX_WEEKLY_BUDGET = 1_000;

/** GET /api/teams (administrator) */
export const teamListSchema = z.object({
  items: z.array(teamSchema),
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
});
export type SaveTeamRequest = z.infer<typeof saveTeamRequestSchema>;

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
  channel: z.enum(['inbox', 'webhook']),
  channelLabel: z.string(),
  /** Null: told to those who run the platform. */
  teamName: z.string().nullable(),
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
