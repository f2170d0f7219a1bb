import { wordsFor } from '@tianyan/contracts';
import { RefusedError, SECOND_MS, type EpochMs } from '@tianyan/kernel';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { clickhouseFromEnvironment, clickhouseVariables, type ClickhouseSettings } from './clickhouse-config.js';
import { isHostName } from './host-name.js';
import { kafkaFromEnvironment, kafkaVariables, type KafkaSettings } from './kafka-config.js';
import { outagesFromEnvironment, outageVariables, type OutageSettings } from './outage-config.js';
import { smtpFromEnvironment, smtpVariables, type SmtpSettings } from './smtp-config.js';
import { signInFromEnvironment, signInVariables, type SignInSettings } from './sign-in-config.js';

const port = z.coerce.number().int().min(0).max(65_535);
/** Addresses and networks, separated by commas. */
const networks = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], '应写成 IP 地址或网段，多个用逗号分隔')))
  .default([]);
/** Checks that follow the first one also see what failed it, and `new URL` would throw there. */
const url = (protocols: readonly string[]) =>
  z.string().superRefine((value, context) => {
    const parsed = URL.parse(value);
    const mistake =
      parsed === null
        ? '不是完整的地址'
        : !protocols.includes(parsed.protocol)
          ? `应以 ${protocols.map((protocol) => `${protocol}//`).join(' 或 ')} 开头`
          : isHostName(parsed.hostname)
            ? null
            : '主机名写法有误';
    if (mistake !== null) context.addIssue({ code: 'custom', message: mistake });
  });

/**
 * Everything a process can be told from outside, as environment variables. Without any, the single-machine profile
 * runs: embedded PostgreSQL and ClickHouse below the data folder, and the sandbox county.
 */
const schema = z.object({
  ...kafkaVariables,
  ...clickhouseVariables,
  ...outageVariables,
  ...smtpVariables,
  ...signInVariables,
  /** Address the console listens on. Loopback unless told otherwise: the first start has generated passwords. */
  TIANYAN_HOST: z.string().default('127.0.0.1'),
  TIANYAN_PORT: port.default(8080),
  /**
   * Addresses and networks (`10.0.0.0/8,192.168.1.7`) of proxies that may say who the caller is and whether they came by
   * https. Those of this machine always may. Without it, people behind a proxy elsewhere share one limit of sign-ins.
   */
  TIANYAN_TRUSTED_PROXIES: networks,
  /**
   * Addresses and networks of this machine or its link (`127.0.0.1`) that sources and webhooks may lead to. Without it they
   * may not, except beside the simulated county: services of this machine trust whoever comes from here.
   */
  TIANYAN_ALLOW_LOCAL_ADDRESSES: networks,
  /** Folder of the embedded databases, uploads and logs. */
  TIANYAN_DATA: z.string().min(1).default('data'),
  /** Where files that people hand in lie: `file:///folder`, or `s3://bucket/prefix?endpoint=https://…`; below the data folder without it. */
  TIANYAN_FILES_URL: url(['file:', 's3:']).optional(),
  /** Of a store that speaks S3. */
  TIANYAN_FILES_ACCESS_KEY: z.string().min(1).optional(),
  TIANYAN_FILES_SECRET_KEY: z.string().min(1).optional(),
  TIANYAN_POSTGRES_URL: url(['postgres:', 'postgresql:']).optional(),
  /** Jobs live there instead of in PostgreSQL. */
  TIANYAN_REDIS_URL: url(['redis:', 'rediss:']).optional(),
  /** A simulated county that runs elsewhere: its clock is the county's time, its systems are the sources. */
  TIANYAN_SANDBOX_URL: url(['http:', 'https:']).optional(),
  /** Folder into which that county exports its ledgers; shared with the connectors. */
  TIANYAN_SANDBOX_EXPORTS: z.string().min(1).optional(),
  TIANYAN_SANDBOX: z.enum(['on', 'off']).default('on'),
  TIANYAN_SANDBOX_SEED: z.coerce.number().int().nonnegative().default(1),
  TIANYAN_SANDBOX_SIZE: z
    .string()
    .regex(/^(small|county|\d{1,7})$/)
    .default('county'),
  /** Simulated seconds per second of the machine. */
  TIANYAN_SANDBOX_SPEED: z.coerce.number().positive().max(86_400).default(60),
  /** YAML file that names the sources; the sandbox's own without it. */
  TIANYAN_SOURCES: z.string().optional(),
  /** Folder (or file) of the county's own rules, beside those shipped; one with the id of a shipped rule takes its place. */
  TIANYAN_RULES_DIR: z.string().min(1).optional(),
  /** YAML file with the notices of years that the program does not know yet, or that a county knows better. */
  TIANYAN_HOLIDAYS_FILE: z.string().min(1).optional(),
  /** YAML file with the county's own deadlines and approvals of clues. */
  TIANYAN_CLUE_RULES_FILE: z.string().min(1).optional(),
  /** YAML file that says how the county's gateway for short messages is spoken to; holds its account. Without it none are sent. */
  TIANYAN_SMS_GATEWAY_FILE: z.string().min(1).optional(),
  /** Folder of the county's own Word templates; one with the name of a shipped template takes its place. */
  TIANYAN_TEMPLATES_FOLDER: z.string().min(1).optional(),
  /** File with the key (PEM, Ed25519) that seals dossiers; without it of TIANYAN_DIGEST_KEY, or made in the data folder at the first use. */
  TIANYAN_DOSSIER_KEY_FILE: z.string().min(1).optional(),
  /**
   * Instant with zone (`2016-01-13T00:00:00+08:00`) as of which history is judged: the county's time stands there. For a data
   * folder of history; not beside a sandbox.
   */
  TIANYAN_NOW: z.iso.datetime({ offset: true, error: '应写成带时区的时刻，如 2016-01-13T00:00:00+08:00' }).optional(),
  /** Key of the digests that stand for callers; made once and kept in the data folder without it. */
  TIANYAN_DIGEST_KEY: z.string().min(32).optional(),
  /** Lets programs of other machines read `/metrics`. */
  TIANYAN_METRICS_TOKEN: z.string().min(16).optional(),
  /** The process also stops when its standard input ends: whoever started it may be killed. */
  TIANYAN_STOP_WITH_STDIN: z.enum(['on', 'off']).default('off'),
  /**
   * So long an alert waits before anybody is told: what the next records answer accuses nobody. Partitions of one topic
   * reach the warehouse some ten seconds apart while an outage is caught up on.
   */
  TIANYAN_ALERT_SETTLE_SECONDS: z.coerce.number().int().min(0).max(3_600).default(30),
  /** Address under which people open the console: messages that leave the platform link to it. */
  TIANYAN_CONSOLE_URL: url(['http:', 'https:']).optional(),
  /** How long a start waits for servers that are away; then it ends with exit code 1. */
  TIANYAN_START_TIMEOUT_SECONDS: z.coerce.number().int().min(0).max(86_400).default(300),
  TIANYAN_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** `json` writes the log to standard output (containers); `file` to the data folder, short lines to the terminal. */
  TIANYAN_LOG_TO: z.enum(['file', 'json']).default('file'),
});

/** `TIANYAN_SECRET_hotlineToken` is what a source file calls `${secret.hotlineToken}`. */
const SECRET_PREFIX = 'TIANYAN_SECRET_';

export interface TianyanConfig {
  host: string;
  port: number;
  /** IP addresses and networks, beside those of this machine. */
  trustedProxies: readonly string[];
  /** IP addresses and networks of this machine or its link to which sources and webhooks may lead. */
  allowedLocalAddresses: readonly string[];
  dataDirectory: string;
  /** Where files that people hand in lie; the keys are never written to a log. */
  files: { url: string; accessKey: string | null; secretKey: string | null };
  postgresUrl: string | null;
  /** A ClickHouse that runs elsewhere; null embeds it. */
  clickhouse: ClickhouseSettings | null;
  /** The cluster that carries the stream; null puts it into PostgreSQL. */
  kafka: KafkaSettings | null;
  redisUrl: string | null;
  /** A simulated county beside the processes: its clock is the county's time. Null where the real one is read. */
  sandboxServer: { url: string; exportsFolder: string } | null;
  /** The county that the all-in-one process starts, which is `sandboxServer` from then on; null where it starts none. */
  sandbox: { seed: number; size: string; speed: number } | null;
  sourcesFile: string | null;
  rulesDirectory: string | null;
  holidaysFile: string | null;
  clueRulesFile: string | null;
  /** Of the county's own Word templates. */
  templatesFolder: string | null;
  /** Of the key that seals dossiers; null: of the digest key, or kept in the data folder. */
  dossierKeyFile: string | null;
  /** The county's time stands here; null: it passes. */
  asOfMs: EpochMs | null;
  digestKey: string | null;
  signIn: SignInSettings;
  /** Tokens and keys of the upstreams, by the name that source files use; never written to a log. */
  secrets: Readonly<Record<string, string>>;
  metricsToken: string | null;
  stopWithStdin: boolean;
  /** An alert waits so long before anybody is told, and is dropped if its finding is withdrawn by then. */
  alertSettleMs: number;
  outages: OutageSettings;
  /** Null: no e-mail is sent. */
  smtp: SmtpSettings | null;
  /** Null: no short messages are sent. */
  smsGatewayFile: string | null;
  /** Null: messages name no address. */
  consoleUrl: string | null;
  /** 0: a server that is away at the start ends the process at once. */
  startTimeoutMs: number;
  log: { level: string; to: 'file' | 'json' };
}

/** Reads the environment once; reports every mistake together, not one per start. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): TianyanConfig {
  const parsed = schema.safeParse(environment, { error: wordsFor });
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}：${issue.message}`);
    throw new RefusedError('invalid', `配置有误，请改正以下环境变量后重新启动：\n${mistakes.join('\n')}`);
  }
  const env = parsed.data;
  if (env.TIANYAN_NOW !== undefined && (env.TIANYAN_SANDBOX === 'on' || env.TIANYAN_SANDBOX_URL !== undefined))
    throw new RefusedError(
      'invalid',
      'TIANYAN_NOW 只用于真实的历史数据，请同时设置 TIANYAN_SANDBOX=off，并去掉 TIANYAN_SANDBOX_URL。',
    );
  return {
    host: env.TIANYAN_HOST,
    port: env.TIANYAN_PORT,
    trustedProxies: env.TIANYAN_TRUSTED_PROXIES,
    allowedLocalAddresses: env.TIANYAN_ALLOW_LOCAL_ADDRESSES,
    dataDirectory: env.TIANYAN_DATA,
    files: {
      url: env.TIANYAN_FILES_URL ?? pathToFileURL(join(resolve(env.TIANYAN_DATA), 'files')).href,
      accessKey: env.TIANYAN_FILES_ACCESS_KEY ?? null,
      secretKey: env.TIANYAN_FILES_SECRET_KEY ?? null,
    },
    postgresUrl: env.TIANYAN_POSTGRES_URL ?? null,
    clickhouse: clickhouseFromEnvironment(env),
    kafka: kafkaFromEnvironment(env),
    redisUrl: env.TIANYAN_REDIS_URL ?? null,
    sandboxServer:
      env.TIANYAN_SANDBOX_URL === undefined
        ? null
        : { url: env.TIANYAN_SANDBOX_URL, exportsFolder: folderOf(env.TIANYAN_SANDBOX_EXPORTS) },
    sandbox:
      env.TIANYAN_SANDBOX === 'off' || env.TIANYAN_SANDBOX_URL !== undefined
        ? null
        : { seed: env.TIANYAN_SANDBOX_SEED, size: env.TIANYAN_SANDBOX_SIZE, speed: env.TIANYAN_SANDBOX_SPEED },
    sourcesFile: env.TIANYAN_SOURCES ?? null,
    rulesDirectory: env.TIANYAN_RULES_DIR ?? null,
    holidaysFile: env.TIANYAN_HOLIDAYS_FILE ?? null,
    clueRulesFile: env.TIANYAN_CLUE_RULES_FILE ?? null,
    templatesFolder: env.TIANYAN_TEMPLATES_FOLDER ?? null,
    dossierKeyFile: env.TIANYAN_DOSSIER_KEY_FILE ?? null,
    asOfMs: env.TIANYAN_NOW === undefined ? null : Date.parse(env.TIANYAN_NOW),
    digestKey: env.TIANYAN_DIGEST_KEY ?? null,
    signIn: signInFromEnvironment(env),
    secrets: secretsOf(environment),
    metricsToken: env.TIANYAN_METRICS_TOKEN ?? null,
    stopWithStdin: env.TIANYAN_STOP_WITH_STDIN === 'on',
    alertSettleMs: env.TIANYAN_ALERT_SETTLE_SECONDS * SECOND_MS,
    outages: outagesFromEnvironment(env),
    smtp: smtpFromEnvironment(env),
    smsGatewayFile: env.TIANYAN_SMS_GATEWAY_FILE ?? null,
    consoleUrl: env.TIANYAN_CONSOLE_URL ?? null,
    startTimeoutMs: env.TIANYAN_START_TIMEOUT_SECONDS * SECOND_MS,
    log: { level: env.TIANYAN_LOG_LEVEL, to: env.TIANYAN_LOG_TO },
  };
}

/** For a process of a cluster: it starts no county, so what is said of one to start means nothing to it. */
export function readProcessConfig(environment: Readonly<Record<string, string | undefined>>): TianyanConfig {
  return readConfig({ ...environment, TIANYAN_SANDBOX: 'off' });
}

/**
 * For what starts a county unless it is told otherwise. Sources of somebody's own beside it have to be asked for: real orders
 * would be judged by a time that runs sixty times as fast. Throws RefusedError.
 */
export function readStartConfig(environment: Readonly<Record<string, string | undefined>>): TianyanConfig {
  const config = readConfig(environment);
  if (config.sourcesFile !== null && config.sandbox !== null && environment['TIANYAN_SANDBOX'] === undefined)
    throw new RefusedError(
      'invalid',
      '设了 TIANYAN_SOURCES，没有说明要不要演示县。演示县默认是开着的，真实数据会按演示县的时间（默认比真实时间快 60 倍）研判。接入真实数据，请同时设置 TIANYAN_SANDBOX=off；只是在演示县里试自己的数据源，请设置 TIANYAN_SANDBOX=on。',
    );
  return config;
}

function secretsOf(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const named = Object.entries(environment).filter(([name, value]) => name.startsWith(SECRET_PREFIX) && value !== undefined);
  return Object.fromEntries(named.map(([name, value]) => [name.slice(SECRET_PREFIX.length), value ?? '']));
}

/** Counted from where the program was started, as people read it; sources count a folder from their own file. */
function folderOf(path: string | undefined): string {
  return path === undefined ? '' : resolve(path);
}
