import { RefusedError } from '@tianyan/kernel';
import { z } from 'zod';

/** `smtps://account:password@mail.example.gov.cn:465`, or `smtp://…` that must offer STARTTLS. */
const smtpUrl = z.string().superRefine((value, context) => {
  const parsed = URL.parse(value);
  // The value is not repeated: it holds a password.
  if (parsed === null || !['smtp:', 'smtps:'].includes(parsed.protocol) || parsed.hostname === '')
    context.addIssue({
      code: 'custom',
      message: '应写成 smtps://账号:密码@主机:端口 或 smtp://账号:密码@主机:端口，特殊字符用 % 编码',
    });
});

export const smtpVariables = {
  /** The mail server that e-mail of alerts goes out by. Without it no e-mail is sent. */
  TIANYAN_SMTP_URL: smtpUrl.optional(),
  /** Sender of the e-mail; needed with the server. */
  TIANYAN_SMTP_FROM: z.email('应为一个邮箱地址').optional(),
};

export interface SmtpSettings {
  host: string;
  port: number;
  /** From the first byte, or by STARTTLS before anything is said; never in the clear. */
  tls: 'implicit' | 'starttls';
  account: { user: string; password: string } | null;
  from: string;
}

const IMPLICIT_TLS_PORT = 465;
const SUBMISSION_PORT = 587;

/** Null: no e-mail is sent. Throws RefusedError('invalid') for a server without a sender. */
export function smtpFromEnvironment(env: {
  TIANYAN_SMTP_URL?: string | undefined;
  TIANYAN_SMTP_FROM?: string | undefined;
}): SmtpSettings | null {
  if (env.TIANYAN_SMTP_URL === undefined) return null;
  if (env.TIANYAN_SMTP_FROM === undefined)
    throw new RefusedError('invalid', '设置了 TIANYAN_SMTP_URL，还要设置 TIANYAN_SMTP_FROM（发件人的邮箱地址）。');
  const { protocol, hostname, port, username, password } = new URL(env.TIANYAN_SMTP_URL);
  const isImplicit = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isImplicit ? IMPLICIT_TLS_PORT : SUBMISSION_PORT) : Number(port),
    tls: isImplicit ? 'implicit' : 'starttls',
    account: username === '' ? null : { user: decoded(username), password: decoded(password) },
    from: env.TIANYAN_SMTP_FROM,
  };
}

/** Throws RefusedError('invalid'). */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new RefusedError('invalid', 'TIANYAN_SMTP_URL 的账号或密码里有写错的 % 编码：% 本身应写成 %25。');
  }
}
