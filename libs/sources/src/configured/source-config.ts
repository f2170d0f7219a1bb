import { itemNote, sectionNote } from '@tianyan/contracts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '@tianyan/kernel';
import { z } from 'zod';

/** Name of a source or a feed. */
export const sourceName = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, '名称只能用小写字母、数字和连字符');
const path = z.string().min(1).meta({ title: '路径' });
const label = z.string().min(1).meta(itemNote('给人看的名称', '工单'));
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
    path: path.meta(itemNote('回答里下一次的值在哪里', 'data.next.updatedSince')),
    start: scalar.meta(itemNote('第一次请求带什么值', 0)),
    lookBack: z
      .int()
      .min(0)
      .max(MAX_LOOK_BACK)
      .optional()
      .meta(
        itemNote(
          '游标是数字（位置、序号）时，每次请求往回多读多少；不写即 0。来源会删行的，应大于翻页期间可能删掉的行数。与下一项只能写一个',
          100,
        ),
      ),
    lookBackSeconds: z
      .int()
      .min(0)
      .max(MAX_LOOK_BACK_SECONDS)
      .optional()
      .meta(
        itemNote(
          `游标是时间时，每次轮询往回多读多少秒，补上对方晚提交、时间相同的行；不写：值写成时间的为 ${DEFAULT_LOOK_BACK_SECONDS}，是数字的（13 位毫秒、10 位秒）为 0`,
          300,
        ),
      ),
  })
  .refine(
    (value) => value.lookBack === undefined || value.lookBackSeconds === undefined,
    'lookBack 和 lookBackSeconds 只能写一个',
  )
  .meta(
    sectionNote(
      'source-cursor',
      '游标参数',
      '一个由上游的回答给出下一次取值的查询参数。往回多读不会重复入库；一页应大于同一时间的行数。',
      { path: 'data.next.updatedSince', start: 0 },
    ),
  );

const successSchema = z
  .strictObject({
    path: path.meta(itemNote('回答里说明成败的那一项', 'code')),
    is: z.union([scalar, z.array(scalar).min(1)]).meta(itemNote('成功时的值，可写几个；0 和 "0" 一样', [0, 200])),
  })
  .meta(
    sectionNote('source-success', '成败（success）', '上游不论成败都返回 200 时，怎样看出成功。', { path: 'code', is: [0, 200] }),
  );

/** The upstream is asked at most once a second; a feed read less than daily is a mistake. */
const everyMs = z.int().min(SECOND_MS).max(DAY_MS);
const sourceEveryMs = everyMs.meta(itemNote('每隔多少毫秒读一次：一秒到一天', 60_000));
const mapping = z.string().min(1).meta(itemNote('映射文件的路径，从本文件所在的文件夹算起', 'mappings/orders.yaml'));
const snapshot = z
  .enum(['none', 'full'])
  .default('none')
  .meta(
    itemNote('每次读到的是不是全部', 'full', {
      none: '只是新的和改过的，没有出现的不动',
      full: '是全量名单：没有变的不重复入库，名单里没有了的按删除处理（少得太多时先等人确认）',
    }),
  );
const sourceItem = sourceName.meta(itemNote('数据源的名称：小写字母、数字、连字符。写进每条记录，定了不要再改', 'hotline-12345'));
const sourceLabel = label.meta(itemNote('给人看的名称', '12345 政务服务热线'));
const feedItem = sourceName.meta(itemNote('接口（一种表格）的名称，在这个数据源里不重复；定了不要再改', 'orders'));

function isCharset(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false; // the only way to ask for it
  }
}

const httpFeed = z
  .strictObject({
    feed: feedItem,
    label,
    path: z.string().meta(itemNote('接口的路径，接在 `baseUrl` 之后', '/orders')),
    query: z
      .record(z.string(), scalar)
      .default({})
      .meta(itemNote('每次都带的查询参数', { pageSize: 2_000 })),
    cursor: z
      .record(z.string(), cursorParameter)
      .default({})
      .meta(
        itemNote('由上游的回答给出下一次取值的查询参数：参数名 → 怎样取，见“游标参数”。不写，则每次都从头读', {
          updatedSince: { path: 'data.next.updatedSince', start: 0 },
        }),
      ),
    rows: path.meta(itemNote('回答里数据行（数组）的位置', 'data.rows')),
    more: path
      .optional()
      .meta(itemNote('回答里哪一项说明还有更多：true、1、"true"、是，或剩余条数；不写则一次就是全部', 'data.hasMore')),
    success: successSchema.optional().meta(
      itemNote('怎样看出成功；不写，则在没有数据行时看常见的 `code`、`errcode`、`status`、`success` 等项', {
        path: 'code',
        is: [0, 200],
      }),
    ),
    mapping,
    everyMs: everyMs.optional().meta(itemNote('这个接口每隔多少毫秒读一次；不写则用数据源的', 3_600_000)),
    snapshot,
  })
  .meta(
    sectionNote('source-http-feed', '接口（http-pull 的 feeds）', '接口拉取的数据源里的一个接口。', {
      feed: 'orders',
      label: '工单',
      path: '/orders',
      query: { pageSize: 2_000 },
      cursor: { updatedSince: { path: 'data.next.updatedSince', start: 0 } },
      rows: 'data.rows',
      more: 'data.hasMore',
      mapping: 'mappings/orders.yaml',
    }),
  );
export type HttpFeedConfig = z.output<typeof httpFeed>;

const httpPull = z
  .strictObject({
    source: sourceItem,
    label: sourceLabel,
    kind: z.literal('http-pull').meta(itemNote('固定写 http-pull', 'http-pull', { 'http-pull': '接口拉取' })),
    baseUrl: z
      .url({ protocol: /^https?$/, error: '应是 http:// 或 https:// 开头的完整地址' })
      .meta(
        itemNote(
          '各接口地址的开头，http:// 或 https://。不能指向本机和本机链路，除非 `TIANYAN_ALLOW_LOCAL_ADDRESSES` 允许',
          'https://10.8.0.3/api',
        ),
      ),
    headers: z
      .record(z.string(), z.string())
      .default({})
      .meta(itemNote('每次请求都带的头', { authorization: 'Bearer ${secret.hotlineToken}' })),
    everyMs: sourceEveryMs,
    timeoutMs: z
      .int()
      .min(SECOND_MS)
      .max(HOUR_MS)
      .default(30 * SECOND_MS)
      .meta(itemNote('等一个回答最多多少毫秒；超过就放弃，稍后再试', 60_000)),
    charset: z
      .string()
      .refine((label) => isCharset(label), '不是可识别的字符集，常用的有 utf-8、gb18030、big5')
      .optional()
      .meta(itemNote('回答的字符集；只在上游写错时才需要', 'gb18030')),
    feeds: z
      .array(httpFeed)
      .min(1)
      .meta(
        itemNote('有哪些接口', [
          { feed: 'orders', label: '工单', path: '/orders', rows: 'data.rows', mapping: 'mappings/orders.yaml' },
        ]),
      ),
  })
  .meta(
    sectionNote(
      'source-http-pull',
      '接口拉取（kind: http-pull）',
      '定时向上游的接口要 JSON。上游限流、出错时自动退避重试；401、403、404 停下等人处理。',
      {
        source: 'hotline-12345',
        label: '12345 政务服务热线',
        kind: 'http-pull',
        baseUrl: 'https://hotline.example.gov.cn/api',
        headers: { authorization: 'Bearer ${secret.hotlineToken}' },
        everyMs: 60_000,
        feeds: [{ feed: 'orders', label: '工单', path: '/orders', rows: 'data.rows', mapping: 'mappings/orders.yaml' }],
      },
    ),
  );
export type HttpPullConfig = z.output<typeof httpPull>;

const fileFeed = z
  .strictObject({
    feed: feedItem,
    label,
    files: z.string().min(1).meta(itemNote('哪些文件：文件名，`*` 代表任意几个字', '三资_合同_*.xlsx')),
    mapping,
    snapshot,
  })
  .meta(
    sectionNote('source-file-feed', '表格（file-drop 的 feeds）', '文件夹里的一种表格。', {
      feed: 'contracts',
      label: '合同',
      files: '三资_合同_*.xlsx',
      mapping: 'mappings/contracts.yaml',
      snapshot: 'full',
    }),
  );
export type FileFeedConfig = z.output<typeof fileFeed>;

const fileDrop = z
  .strictObject({
    source: sourceItem,
    label: sourceLabel,
    kind: z.literal('file-drop').meta(itemNote('固定写 file-drop', 'file-drop', { 'file-drop': '文件夹' })),
    folder: z.string().min(1).meta(itemNote('放文件的文件夹；相对路径从数据源文件所在的文件夹算起', '/data/drop')),
    everyMs: sourceEveryMs,
    feeds: z
      .array(fileFeed)
      .min(1)
      .meta(
        itemNote('有哪些表格', [
          { feed: 'contracts', label: '合同', files: '三资_合同_*.xlsx', mapping: 'mappings/contracts.yaml' },
        ]),
      ),
  })
  .meta(
    sectionNote(
      'source-file-drop',
      '文件夹（kind: file-drop）',
      '别的系统把表格放进一个文件夹。读完的移入其下的 done，读不了的移入 failed；正在写的请先以 .part 结尾，写完再改名。',
      {
        source: 'village-assets',
        label: '农村集体三资平台',
        kind: 'file-drop',
        folder: '/data/drop',
        everyMs: 60_000,
        feeds: [{ feed: 'contracts', label: '合同', files: '三资_合同_*.xlsx', mapping: 'mappings/contracts.yaml' }],
      },
    ),
  );
export type FileDropConfig = z.output<typeof fileDrop>;

const pushFeed = z
  .strictObject({
    feed: feedItem,
    label,
    rows: path.optional().meta(itemNote('内容里数据行（数组）的位置；不写则内容本身就是数组', 'data.rows')),
    mapping,
  })
  .meta(
    sectionNote('source-push-feed', '接口（webhook 的 feeds）', '上游推送到 `/push/数据源/接口` 的一种数据。', {
      feed: 'payments',
      label: '流水',
      mapping: 'mappings/payments.yaml',
    }),
  );

const webhook = z
  .strictObject({
    source: sourceItem,
    label: sourceLabel,
    kind: z.literal('webhook').meta(itemNote('固定写 webhook', 'webhook', { webhook: '推送' })),
    secret: z
      .string()
      .min(1)
      .meta(itemNote('与上游共用的密钥叫什么；密钥本身放在环境变量 `TIANYAN_SECRET_名称` 里', 'assetsPush')),
    feeds: z
      .array(pushFeed)
      .min(1)
      .meta(itemNote('有哪些接口', [{ feed: 'payments', label: '流水', mapping: 'mappings/payments.yaml' }])),
  })
  .meta(
    sectionNote(
      'source-webhook',
      '推送（kind: webhook）',
      '上游自己把 JSON 发到 `POST /push/数据源/接口`，签名方法见 libs/sources/README.md。',
      {
        source: 'village-assets',
        label: '农村集体三资平台',
        kind: 'webhook',
        secret: 'assetsPush',
        feeds: [{ feed: 'payments', label: '流水', mapping: 'mappings/payments.yaml' }],
      },
    ),
  );
export type WebhookConfig = z.output<typeof webhook>;

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
