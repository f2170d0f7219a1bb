import { MINUTE_MS, RefusedError, SECOND_MS, sha256Hex } from '@tianyan/kernel';
import { idempotencyKey, openTarget, type Channel, type ClaimedDelivery, type SendOutcome } from '@tianyan/notices';
import type { SmtpSettings } from '@tianyan/runtime';
import nodemailer, { type Transporter } from 'nodemailer';
import type { ConnectionOptions } from 'node:tls';
import { messageText, type MessagePlaces } from './message-text.js';

/** Of each step of the talk with the server; all together stay far below the lease of a delivery. */
const TIMEOUT_MS = 10 * SECOND_MS;
/** A round of deliveries on them ends within its lease even where the server is silent; few enough for the server of a county. */
const MAX_CONNECTIONS = 5;

/** Nothing changes before the process starts anew, which takes up what is due by then. Attempts are kept for a server that there is. */
const UNSET_WAIT_MS = 10 * MINUTE_MS;

/** Attempts are the outbox's: those of the library would outlast the lease, and another notifier would send the same. Its types lack it. */
const NO_ATTEMPTS_OF_ITS_OWN = { maxRequeues: 0 };

export interface EmailParts {
  /** Null: none is set; what is to be sent waits for it. */
  smtp: SmtpSettings | null;
  /** The installation's secret, under which targets are sealed. */
  secret: string;
  places: MessagePlaces;
  timeoutMs?: number;
  /** In tests the certificate of a local server. */
  tls?: ConnectionOptions;
}

/** Sends one e-mail to one address; never without TLS, and never with the account in a reason. */
export class EmailChannel implements Channel {
  private readonly transport: Transporter | null;

  constructor(private readonly parts: EmailParts) {
    this.transport = parts.smtp === null ? null : transportOf(parts.smtp, parts);
  }

  async send(delivery: ClaimedDelivery): Promise<SendOutcome> {
    const { smtp } = this.parts;
    if (delivery.sealedTarget === null) return { kind: 'final', reason: '这个渠道已经删除' };
    if (smtp === null || this.transport === null)
      return {
        kind: 'held',
        afterMs: UNSET_WAIT_MS,
        reason: '平台还没有设置发件服务器（TIANYAN_SMTP_URL），设置并重新启动后自动发送',
      };
    try {
      const address = this.addressOf(delivery);
      const { title, lines } = await messageText(delivery, this.parts.places);
      await this.transport.sendMail({
        from: { name: '天眼', address: smtp.from },
        to: { name: '', address },
        subject: `天眼：${title}`,
        text: lines.join('\n'),
        // The same for every attempt: a mailbox shows what it has already once.
        messageId: `<${sha256Hex(idempotencyKey(delivery))}@${smtp.from.split('@').at(-1) ?? 'tianyan'}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      return { kind: 'delivered' };
    } catch (error) {
      if (error instanceof RefusedError) return { kind: 'final', reason: error.message };
      return outcomeOf(error);
    }
  }

  close(): void {
    this.transport?.close();
  }

  private addressOf({ sealedTarget, recipient }: ClaimedDelivery): string {
    const target = openTarget(this.parts.secret, recipient, sealedTarget ?? '');
    if (target.kind !== 'email') throw new RefusedError('invalid', '渠道的种类与地址不符，请删除后重新添加');
    return target.address;
  }
}

function transportOf(smtp: SmtpSettings, { timeoutMs = TIMEOUT_MS, tls }: EmailParts): Transporter {
  return nodemailer.createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.tls === 'implicit',
    // Otherwise a server, or whoever stands in between, could have account and message in the clear.
    requireTLS: smtp.tls === 'starttls',
    ...(smtp.account === null ? {} : { auth: { user: smtp.account.user, pass: smtp.account.password } }),
    ...(tls === undefined ? {} : { tls }),
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    ...NO_ATTEMPTS_OF_ITS_OWN,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    logger: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** 5xx to the account is repaired by whoever runs the platform; to the message or the address it stays. Words of the server may quote an account: codes alone are told. */
function outcomeOf(error: unknown): SendOutcome {
  const { code, responseCode } = smtpErrorOf(error);
  if (code === 'EAUTH')
    return { kind: 'again', reason: `发件服务器不接受账号或密码（${responseCode ?? code}），请核对 TIANYAN_SMTP_URL` };
  if (code === 'ETLS') return { kind: 'again', reason: '与发件服务器建立不了加密连接，请核对地址、端口和证书；平台不用明文发信' };
  if (responseCode !== undefined && responseCode >= 500)
    return { kind: 'final', reason: `邮件服务器拒收（${responseCode}），请核对收件地址` };
  if (responseCode !== undefined) return { kind: 'again', reason: `邮件服务器暂时不收（${responseCode}）` };
  return { kind: 'again', reason: `连不上发件服务器、它的证书不可信，或没有及时答复（${code ?? '未知'}）` };
}

function smtpErrorOf(error: unknown): { code: string | undefined; responseCode: number | undefined } {
  const known = typeof error === 'object' && error !== null ? error : {};
  return {
    code: 'code' in known && typeof known.code === 'string' ? known.code : undefined,
    responseCode: 'responseCode' in known && typeof known.responseCode === 'number' ? known.responseCode : undefined,
  };
}
