import { RefusedError } from '@tianyan/kernel';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** What a message fills in; whatever else stands in braces is a mistake of the file. */
export const SMS_PLACEHOLDERS = ['number', 'title', 'link'] as const;
export type SmsPlaceholder = (typeof SMS_PLACEHOLDERS)[number];
const PLACEHOLDER = /\{(\w+)\}/g;

/** Short messages cost money and disturb: a county that wants more says so. */
const DEFAULT_PER_MINUTE = 30;
const DEFAULT_PER_NUMBER_AND_DAY = 20;
const MAX_PER_MINUTE = 1_000;
const MAX_PER_NUMBER_AND_DAY = 500;
const MAX_TIMES_NESTED = 8;

/** As JSON has it; placeholders stand in texts. */
export type SmsBody = string | number | boolean | null | readonly SmsBody[] | { readonly [name: string]: SmsBody };
const bodySchema: z.ZodType<SmsBody> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(bodySchema), z.record(z.string(), bodySchema)]),
);

const common = {
  url: z.url({ protocol: /^https?$/, error: '应以 http:// 或 https:// 开头' }),
  method: z.enum(['POST', 'PUT']).default('POST'),
  headers: z
    .record(z.string().regex(/^[\w-]+$/, '不是请求头的名称'), z.string().regex(/^[\x20-\x7e]*$/, '请求头只能用英文字符'))
    .default({}),
  /** When the answer says that it took the message; missing: by its status alone. */
  success: z
    .strictObject({ path: z.string().min(1), equals: z.array(z.string()).min(1) })
    .nullable()
    .default(null),
  perMinute: z.int().min(1).max(MAX_PER_MINUTE).default(DEFAULT_PER_MINUTE),
  perNumberAndDay: z.int().min(1).max(MAX_PER_NUMBER_AND_DAY).default(DEFAULT_PER_NUMBER_AND_DAY),
};

const gatewaySchema = z
  .discriminatedUnion('encoding', [
    z.strictObject({ encoding: z.literal('json'), body: z.record(z.string(), bodySchema), ...common }),
    z.strictObject({ encoding: z.literal('form'), body: z.record(z.string(), z.string()), ...common }),
  ])
  .superRefine(({ body }, context) => {
    const found = placeholdersIn(body, 0);
    const unknown = found.filter((name) => !SMS_PLACEHOLDERS.some((one) => one === name));
    const path = ['body'];
    if (unknown.length > 0)
      context.addIssue({ code: 'custom', path, message: `不认得 {${unknown.join('}、{')}}，只能写 {number}、{title}、{link}` });
    if (!found.includes('number')) context.addIssue({ code: 'custom', path, message: '没有写 {number}，短信不知道发给谁' });
  });

/** How the county's gateway for short messages is spoken to: its template is the vendor's, its words are the platform's. */
export type SmsGateway = z.output<typeof gatewaySchema>;

function placeholdersIn(body: SmsBody, depth: number): string[] {
  if (depth > MAX_TIMES_NESTED) return ['…'];
  if (typeof body === 'string') return [...body.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  if (body === null || typeof body !== 'object') return [];
  return Object.values(body).flatMap((part: SmsBody) => placeholdersIn(part, depth + 1));
}

/** Fills in a template; what is filled in is never looked at for placeholders again. */
export function filledIn(text: string, values: Readonly<Record<SmsPlaceholder, string>>): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => {
    const known = SMS_PLACEHOLDERS.find((one) => one === name);
    return known === undefined ? whole : values[known];
  });
}

/**
 * Null: no short messages are sent. Throws RefusedError, in Chinese and without a value (they hold the account), if the file cannot be read or has
 * another form.
 */
export function smsGatewayOf(file: string | null): SmsGateway | null {
  if (file === null) return null;
  if (!existsSync(file)) throw new RefusedError('not-found', `没有短信网关文件 ${file}，请检查 TIANYAN_SMS_GATEWAY_FILE`);
  const parsed = gatewaySchema.safeParse(yamlOf(file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RefusedError('invalid', `${file}：短信网关有误：${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

function yamlOf(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch {
    // The words of the parser quote the line, which may hold the account.
    throw new RefusedError('invalid', `读不懂短信网关文件 ${file}，请检查权限和格式（YAML）`);
  }
}
