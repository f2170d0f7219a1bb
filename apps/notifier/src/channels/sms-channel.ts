import { MINUTE_MS, RefusedError, type Clock } from '@tianyan/kernel';
import {
  openTarget,
  outcomeOfStatus,
  type Channel,
  type ClaimedDelivery,
  type SendOutcome,
  type SmsPlace,
  type SmsQuota,
} from '@tianyan/notices';
import type { HttpPost } from './http-post.js';
import { causeOf } from './robot-channel.js';
import { messageText, type MessagePlaces } from './message-text.js';
import { SendRate } from './send-rate.js';
import { filledIn, type SmsBody, type SmsGateway, type SmsPlaceholder } from './sms-gateway.js';

/** Nothing changes before the process starts anew, which takes up what is due by then. */
const UNSET_WAIT_MS = 10 * MINUTE_MS;
/** One limit for all numbers: the gateway's. */
const GATEWAY = 'gateway';
/** Gateways bill by pieces of some sixty characters; a title has far fewer. */
const MAX_TITLE_CHARS = 60;

export interface SmsParts {
  /** Null: none is set; what is to be sent waits for it. */
  gateway: SmsGateway | null;
  post: HttpPost;
  clock: Clock;
  /** The installation's secret, under which targets are sealed. */
  secret: string;
  places: MessagePlaces;
  /** Of all notifiers together. */
  quota: Pick<SmsQuota, 'take'>;
}

/** More than any link to one thing has: a summary's, which names rules and townships, would be billed as many messages, or be refused. */
const MAX_LINK_CHARS = 160;
/** Where the console lists what a person was told. */
const INBOX_PATH = '/inbox';

type Values = Readonly<Record<SmsPlaceholder, string>>;

/** Sends title and link to one number by the county's gateway. Numbers and the account stand in no reason, nor what the gateway says in words. */
export class SmsChannel implements Channel {
  /** Of this process: where several send, the gateway's own refusal says the rest. */
  private readonly byGateway: SendRate;

  constructor(private readonly parts: SmsParts) {
    const { gateway, clock } = parts;
    this.byGateway = new SendRate(gateway ? [{ count: gateway.perMinute, perMs: MINUTE_MS }] : [], clock);
  }

  async send(delivery: ClaimedDelivery): Promise<SendOutcome> {
    const { gateway, secret } = this.parts;
    if (delivery.sealedTarget === null) return { kind: 'final', reason: '这个渠道已经删除' };
    if (gateway === null)
      return {
        kind: 'held',
        afterMs: UNSET_WAIT_MS,
        reason: '平台还没有设置短信网关（TIANYAN_SMS_GATEWAY_FILE），设置并重新启动后自动发送',
      };
    try {
      const target = openTarget(secret, delivery.recipient, delivery.sealedTarget);
      if (target.kind !== 'sms') return { kind: 'final', reason: '渠道的种类与号码不符，请删除后重新添加' };
      return await this.withinLimits(gateway, delivery, target.number);
    } catch (error) {
      if (error instanceof RefusedError) return { kind: 'final', reason: error.message };
      throw error;
    }
  }

  /** The minute first: it is this process's own, and given back where the number's day has no place. */
  private async withinLimits(gateway: SmsGateway, delivery: ClaimedDelivery, number: string): Promise<SendOutcome> {
    const minuteMs = this.byGateway.take(GATEWAY);
    if (minuteMs > 0) return { kind: 'held', afterMs: minuteMs };
    const place = await this.parts.quota.take(number, gateway.perNumberAndDay);
    if (typeof place === 'object') return this.sent(gateway, { delivery, number, place });
    this.byGateway.giveBack(GATEWAY);
    return { kind: 'held', afterMs: place, reason: '这个号码今天的短信已发满，腾出名额后自动发送' };
  }

  /** What did not arrive takes none of the day's places: a gateway that is away for an hour would silence the number for a day. */
  private async sent(
    gateway: SmsGateway,
    { delivery, number, place }: { delivery: ClaimedDelivery; number: string; place: SmsPlace },
  ): Promise<SendOutcome> {
    let isDelivered = false;
    try {
      const outcome = await this.attempt(gateway, await this.valuesOf(delivery, number));
      isDelivered = outcome.kind === 'delivered';
      return outcome;
    } finally {
      if (!isDelivered) await place.giveBack();
    }
  }

  private async valuesOf(delivery: ClaimedDelivery, number: string): Promise<Values> {
    const { places } = this.parts;
    const { title } = await messageText(delivery, places);
    const link = places.consoleUrl === null ? '' : linkOf(delivery.path, places.consoleUrl);
    return { number, title: Array.from(title).slice(0, MAX_TITLE_CHARS).join(''), link };
  }

  private async attempt(gateway: SmsGateway, values: Values): Promise<SendOutcome> {
    const { post, clock } = this.parts;
    let answer: Awaited<ReturnType<HttpPost['ask']>>;
    try {
      answer = await post.ask({ url: new URL(gateway.url), method: gateway.method, ...encoded(gateway, values) });
    } catch (error) {
      if (error instanceof RefusedError) throw error;
      return { kind: 'again', reason: `短信网关无法送达：${causeOf(error)}` };
    }
    const outcome = outcomeOfStatus(answer, clock);
    if (outcome.kind === 'again' && outcome.afterMs !== undefined) this.byGateway.shut(GATEWAY, outcome.afterMs);
    return outcome.kind === 'delivered' ? taken(gateway, answer.text) : outcome;
  }
}

function linkOf(path: string, consoleUrl: string): string {
  const { href } = new URL(path, consoleUrl);
  return href.length <= MAX_LINK_CHARS ? href : new URL(INBOX_PATH, consoleUrl).href;
}

/** Each value is escaped by what writes the whole: none can add a field, or leave its own. */
function encoded({ encoding, body, headers }: SmsGateway, values: Values): { headers: Record<string, string>; body: string } {
  if (encoding === 'form') {
    const fields = Object.entries(body).map(([name, text]) => [name, filledIn(text, values)]);
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    };
  }
  return {
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(filled(body, values)),
  };
}

function filled(body: SmsBody, values: Values): SmsBody {
  if (typeof body === 'string') return filledIn(body, values);
  if (body === null || typeof body !== 'object') return body;
  if (isList(body)) return body.map((part) => filled(part, values));
  return Object.fromEntries(Object.entries(body).map(([name, part]) => [name, filled(part, values)]));
}

function isList(body: object): body is readonly SmsBody[] {
  return Array.isArray(body);
}

/** A gateway may answer 200 to what it refuses. Its words may quote number and account: the code alone is told. */
function taken({ success }: SmsGateway, text: string): SendOutcome {
  if (success === null) return { kind: 'delivered' };
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return { kind: 'again', reason: '短信网关的答复看不懂，多半来自中间的网关或代理' };
  }
  const code = valueAt(said, success.path.split('.'));
  if (code !== null && success.equals.includes(code)) return { kind: 'delivered' };
  if (code === null) return { kind: 'again', reason: `短信网关的答复里没有“${success.path}”` };
  return { kind: 'final', reason: `短信网关拒收（${code.slice(0, MAX_CODE_CHARS)}），请按这个代码查网关的说明，改好后再发一次` };
}

const MAX_CODE_CHARS = 20;
const CODE = /^[\w.-]+$/;

/** Null: there is nothing that could be a code. */
function valueAt(said: unknown, path: readonly string[]): string | null {
  let at: unknown = said;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return null;
    at = Reflect.get(at, name);
  }
  const isPlain = typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean';
  return isPlain && CODE.test(String(at)) ? String(at) : null;
}
