import { DAY_MS, HOUR_MS, SECOND_MS } from '@tianyan/kernel';
import { z } from 'zod';

/** Name of a source or a feed. */
export const sourceName = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, '名称只能用小写字母、数字和连字符');
const path = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
/**
 * So far a cursor that is written as a time is moved back for each poll unless told otherwise: what a long transaction of
 * the upstream commits late still carries the earlier time.
 */
export const DEFAULT_LOOK_BACK_SECONDS = 60;
/** Beyond a month it would be no looking back but a full list. */
const MAX_LOOK_BACK_SECONDS = 31 * 86_400;
const MAX_LOOK_BACK = 1_000_000;

/** A query parameter that the answer hands back: where it stands in it, and what the first request sends. */
const cursorParameter = z
  .strictObject({
    path,
    start: scalar,
    /** Numbers (positions, sequence numbers): so many are asked for again with each request. */
    lookBack: z.int().min(0).max(MAX_LOOK_BACK).optional(),
    /** Times: each poll begins so many seconds earlier. */
    lookBackSeconds: z.int().min(0).max(MAX_LOOK_BACK_SECONDS).optional(),
  })
  .refine(
    (value) => value.lookBack === undefined || value.lookBackSeconds === undefined,
    'lookBack 和 lookBackSeconds 只能写一个',
  );

/** The upstream is asked at most once a second; a feed read less than daily is a mistake. */
const everyMs = z.int().min(SECOND_MS).max(DAY_MS);
/** Path of the mapping document, relative to the file that names it. */
const mapping = z.string().min(1);

function isCharset(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false; // the only way to ask for it
  }
}

const httpFeed = z.strictObject({
  feed: sourceName,
  label: z.string().min(1),
  path: z.string(),
  /** Constant query parameters. */
  query: z.record(z.string(), scalar).default({}),
  cursor: z.record(z.string(), cursorParameter).default({}),
  /** Where the rows stand in the answer. */
  rows: path,
  /** Where the answer says that more rows are ready. */
  more: path.optional(),
  /** A member that tells success in an answer with status 200, and what it says then; without it the common ones are looked at. */
  success: z.strictObject({ path, is: z.union([scalar, z.array(scalar).min(1)]) }).optional(),
  mapping,
  everyMs: everyMs.optional(),
  /** `full`: each answer is the whole list. Unchanged rows are left out, vanished ones become deletions. */
  snapshot: z.enum(['none', 'full']).default('none'),
});
export type HttpFeedConfig = z.output<typeof httpFeed>;

const httpPull = z.strictObject({
  source: sourceName,
  label: z.string().min(1),
  kind: z.literal('http-pull'),
  baseUrl: z.url({ protocol: /^https?$/, error: '应是 http:// 或 https:// 开头的完整地址' }),
  headers: z.record(z.string(), z.string()).default({}),
  everyMs,
  /** An answer that takes longer is given up and asked for again. */
  timeoutMs: z
    .int()
    .min(SECOND_MS)
    .max(HOUR_MS)
    .default(30 * SECOND_MS),
  /** Encoding of the answers, where the upstream names a wrong one: gb18030, big5. */
  charset: z
    .string()
    .refine((label) => isCharset(label), '不是可识别的字符集，常用的有 utf-8、gb18030、big5')
    .optional(),
  feeds: z.array(httpFeed).min(1),
});
export type HttpPullConfig = z.output<typeof httpPull>;

const fileFeed = z.strictObject({
  feed: sourceName,
  label: z.string().min(1),
  /** File names with `*` for any characters. */
  files: z.string().min(1),
  mapping,
  snapshot: z.enum(['none', 'full']).default('none'),
});
export type FileFeedConfig = z.output<typeof fileFeed>;

const fileDrop = z.strictObject({
  source: sourceName,
  label: z.string().min(1),
  kind: z.literal('file-drop'),
  folder: z.string().min(1),
  everyMs,
  feeds: z.array(fileFeed).min(1),
});
export type FileDropConfig = z.output<typeof fileDrop>;

const webhook = z.strictObject({
  source: sourceName,
  label: z.string().min(1),
  kind: z.literal('webhook'),
  /** Name of the secret shared with the sender. */
  secret: z.string().min(1),
  feeds: z.array(z.strictObject({ feed: sourceName, label: z.string().min(1), rows: path.optional(), mapping })).min(1),
});
export type WebhookConfig = z.output<typeof webhook>;

/** By `kind`. */
export const sourceKinds = { 'http-pull': httpPull, 'file-drop': fileDrop, webhook };

export const sourceSchema = z.discriminatedUnion('kind', [httpPull, fileDrop, webhook]).superRefine(({ feeds }, context) => {
  const names = feeds.map(({ feed }) => feed);
  for (const [index, name] of names.entries())
    if (names.indexOf(name) !== index)
      context.addIssue({
        code: 'custom',
        path: ['feeds', index, 'feed'],
        message: `名称 ${name} 已经用过，请给每个接口起不同的名称`,
      });
});
export type SourceConfig = z.output<typeof sourceSchema>;
