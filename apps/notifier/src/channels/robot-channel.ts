import { RefusedError, type Clock, type EpochMs } from '@tianyan/kernel';
import {
  openTarget,
  outcomeOfStatus,
  type Channel,
  type ChannelKind,
  type ClaimedDelivery,
  type SendOutcome,
  type TargetOf,
} from '@tianyan/notices';
import type { HttpPost } from './http-post.js';
import { messageText, plainText, type MessagePlaces } from './message-text.js';
import { SendRate, type RateLimit } from './send-rate.js';

export type RobotKind = Exclude<ChannelKind, 'email' | 'sms'>;

/** What the answer of a robot says: done, or why not. `limited`: it takes nothing for so long. */
export type RobotAnswer =
  { kind: 'delivered' } | { kind: 'limited'; forMs: number } | { kind: 'again' | 'final'; reason: string };

/** How one vendor's robots are spoken to. */
export interface RobotDialect<K extends RobotKind = RobotKind> {
  kind: K;
  /** The vendor's; in tests a local server's. */
  baseUrl: string;
  limits: readonly RateLimit[];
  maxTextBytes: number;
  request(target: TargetOf<K>, text: string, nowMs: EpochMs): { path: string; body: unknown };
  /** @param body JSON; throws for a body of another shape */
  read(body: unknown): RobotAnswer;
}

export interface RobotParts {
  post: HttpPost;
  clock: Clock;
  /** The installation's secret, under which targets are sealed. */
  secret: string;
  places: MessagePlaces;
  /** In place of the vendor's address. */
  baseUrl?: string | undefined;
}

/** Sends to robots of chat groups. Their tokens are secrets: no reason quotes an address, or what a vendor answers in words. */
export class RobotChannel<K extends RobotKind> implements Channel {
  private readonly rate: SendRate;

  constructor(
    private readonly dialect: RobotDialect<K>,
    private readonly parts: RobotParts,
  ) {
    this.rate = new SendRate(dialect.limits, parts.clock);
  }

  async send(delivery: ClaimedDelivery): Promise<SendOutcome> {
    const target = this.targetOf(delivery);
    if ('reason' in target) return target;
    const waitMs = this.rate.take(delivery.recipient);
    if (waitMs > 0) return { kind: 'held', afterMs: waitMs };
    return this.attempt(delivery, target);
  }

  private targetOf({ sealedTarget, recipient }: ClaimedDelivery): TargetOf<K> | (SendOutcome & { kind: 'final' }) {
    if (sealedTarget === null) return { kind: 'final', reason: '这个渠道已经删除' };
    try {
      const target = openTarget(this.parts.secret, recipient, sealedTarget);
      if (target.kind === this.dialect.kind) return target as TargetOf<K>; // the kind tells which it is
      return { kind: 'final', reason: '渠道的种类与地址不符，请删除后重新添加' };
    } catch (error) {
      if (error instanceof RefusedError) return { kind: 'final', reason: error.message };
      throw error;
    }
  }

  private async attempt(delivery: ClaimedDelivery, target: TargetOf<K>): Promise<SendOutcome> {
    const { post, clock, places } = this.parts;
    const { dialect } = this;
    const text = plainText(await messageText(delivery, places), dialect.maxTextBytes);
    const { path, body } = dialect.request(target, text, clock.nowMs());
    let answer: Awaited<ReturnType<HttpPost['ask']>>;
    try {
      answer = await post.ask({
        url: new URL(path, this.parts.baseUrl ?? dialect.baseUrl),
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
      });
    } catch (error) {
      if (error instanceof RefusedError) return { kind: 'final', reason: error.message };
      return { kind: 'again', reason: `无法送达：${causeOf(error)}` };
    }
    const outcome = outcomeOfStatus(answer, clock);
    if (outcome.kind === 'again' && outcome.afterMs !== undefined) this.rate.shut(delivery.recipient, outcome.afterMs);
    return outcome.kind === 'delivered' ? this.outcomeOf(answer.text, delivery.recipient) : outcome;
  }

  /** These vendors answer everything with 200: what came of it stands in the body. */
  private outcomeOf(text: string, receiver: string): SendOutcome {
    let answer: RobotAnswer;
    try {
      answer = this.dialect.read(JSON.parse(text));
    } catch {
      // A page of some gateway in between: nothing says that the robot has the message.
      return { kind: 'again', reason: '对方的答复看不懂，多半来自中间的网关或代理' };
    }
    if (answer.kind !== 'limited') return answer;
    this.rate.shut(receiver, answer.forMs);
    return { kind: 'again', reason: '发得太频繁，对方要求稍后再发', afterMs: answer.forMs };
  }
}

/** The name of what failed. Messages of the HTTP client may hold the address, whose token is a secret. */
export function causeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if ('name' in error && error.name === 'TimeoutError') return '对方没有及时答复';
  }
  return '连接中断';
}
