import { isUtf8 } from 'node:buffer';
import { valueAt } from '@tianyan/contracts';
import { RefusedError, RetriableError, type Clock } from '@tianyan/kernel';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { RecordOwners } from '../pipeline/record-owners.js';
import { NestedTooDeepError, parseJson } from '../pipeline/json.js';
import { jsonRow, type SourcePage } from '../pipeline/row.js';
import type { LoadedSource } from '../configured/load-sources.js';
import type { Mappers } from '../configured/mappers.js';
import type { WebhookConfig } from '../configured/source-config.js';
import type { RunCounts, SourceStore } from '../store/source-store.js';
import type { PushReplays } from './push-replays.js';
import { checkSignature, REPLAY_WINDOW_MS } from './signature.js';

export interface Push {
  source: string;
  feed: string;
  timestamp: string | undefined;
  signature: string | undefined;
  body: Buffer;
}

/** Rows of one push; a sender with more sends several. */
export const MAX_PUSHED_ROWS = 5_000;

/** Takes records that an upstream sends by itself. */
export class PushReceiver {
  constructor(
    private readonly parts: {
      pipeline: Pipeline;
      sources: SourceStore;
      mappers: Mappers;
      replays: PushReplays;
      owners: RecordOwners;
      machineClock: Clock;
    },
    private readonly configured: readonly LoadedSource[],
    private readonly secrets: Readonly<Record<string, string>>,
  ) {}

  /** Resolves when the stream holds every accepted record. Throws RefusedError. */
  async receive(push: Push): Promise<RunCounts> {
    const { config, signature } = this.authenticated(push);
    const { replays } = this.parts;
    const state = await replays.begin(signature);
    if (state === 'taken') throw new RefusedError('conflict', '这条消息已经收到过了');
    if (state === 'in-hand') throw new RetriableError('this push is being taken already');
    try {
      const counts = await this.take(push, config);
      await replays.taken(signature);
      return counts;
    } catch (error) {
      await replays.failed(signature);
      throw error;
    }
  }

  private async take(push: Push, config: WebhookConfig): Promise<RunCounts> {
    const feed = config.feeds.find((candidate) => candidate.feed === push.feed);
    const mapper = feed ? await this.parts.mappers.of(push.source, push.feed) : null;
    if (!feed || !mapper) throw new RefusedError('not-found', `数据源 ${push.source} 没有名为 ${push.feed} 的接口`);
    const rows = rowsOf(push.body, feed.rows);
    const status = await this.parts.sources.find(push.source);
    if (status && !status.enabled) throw new RefusedError('conflict', '这个数据源已停用，请联系管理员');
    await this.parts.sources.runStarted(push.source);
    const input = { source: push.source, feed: push.feed, mapper, skipKnown: false, owners: this.parts.owners };
    const { accepted, repeated, refused } = await this.parts.pipeline.run(input, onePage(rows));
    await this.parts.sources.runEnded(push.source, push.feed, null);
    return { accepted, repeated, refused };
  }

  /** One answer for an unknown source and a wrong signature: nobody learns which sources there are. */
  private authenticated(push: Push): { config: WebhookConfig; signature: string } {
    const loaded = this.configured.find(({ config }) => config.source === push.source && config.kind === 'webhook');
    const config = loaded?.config.kind === 'webhook' ? loaded.config : null;
    const key = config ? this.secrets[config.secret] : undefined;
    const nowMs = this.parts.machineClock.nowMs();
    const check = key === undefined ? 'wrong' : checkSignature({ ...push, key, nowMs });
    if (check === 'stale')
      throw new RefusedError(
        'unauthenticated',
        `签名时间与本系统相差超过 ${REPLAY_WINDOW_MS / 60_000} 分钟，请校准时钟后重新签名`,
      );
    if (check !== 'ok' || !config || push.signature === undefined)
      throw new RefusedError('unauthenticated', '签名不正确：请检查数据源名称、密钥和签名方法');
    return { config, signature: push.signature };
  }
}

async function* onePage(rows: readonly unknown[]): AsyncGenerator<SourcePage> {
  yield { rows: rows.map(jsonRow), acknowledge: async () => undefined };
}

function rowsOf(body: Buffer, path: string | undefined): readonly unknown[] {
  const value = parsed(body);
  const rows = path === undefined ? value : valueAt(value, path);
  if (!Array.isArray(rows))
    throw new RefusedError('invalid', path === undefined ? '内容应是一个 JSON 数组' : `内容中应有数组 ${path}`);
  if (rows.length > MAX_PUSHED_ROWS) throw new RefusedError('too-large', `一次最多 ${MAX_PUSHED_ROWS} 条，请分几次发送`);
  return rows as unknown[]; // elements are checked one by one by jsonRow
}

function parsed(body: Buffer): unknown {
  if (!isUtf8(body)) throw new RefusedError('invalid', '内容不是 UTF-8 编码的 JSON');
  try {
    return parseJson(body.toString('utf8'));
  } catch (error) {
    if (error instanceof NestedTooDeepError) throw new RefusedError('invalid', error.message);
    if (error instanceof SyntaxError) throw new RefusedError('invalid', '内容不是完整的 JSON');
    throw error;
  }
}
