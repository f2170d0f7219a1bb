import { MINUTE_MS, SECOND_MS } from '@tianyan/kernel';
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { RobotAnswer, RobotDialect } from './robot-channel.js';

const errcodeSchema = z.object({ errcode: z.int() });
const codeSchema = z.object({ code: z.int() });

/** A vendor that only says that it is too much means its own minute. */
const LIMITED_FOR_MS = MINUTE_MS;
/** DingTalk shuts a robot out for so long. */
const DINGTALK_SHUT_FOR_MS = 10 * MINUTE_MS;

/** What the codes of a vendor mean. Others end the attempts: a robot that refuses does so again. */
interface Codes {
  again: ReadonlySet<number>;
  limited: Readonly<Record<number, number>>;
  /** What whoever runs the platform has to do, by code. */
  advice: Readonly<Record<number, string>>;
}

function readCode(code: number, { again, limited, advice }: Codes): RobotAnswer {
  if (code === 0) return { kind: 'delivered' };
  const forMs = limited[code];
  if (forMs !== undefined) return { kind: 'limited', forMs };
  if (again.has(code)) return { kind: 'again', reason: `对方系统繁忙（${code}）` };
  return { kind: 'final', reason: `对方拒收（${code}）：${advice[code] ?? '请按这个代码查对方的说明，改好后再发一次'}` };
}

const WECOM_CODES: Codes = {
  again: new Set([-1]),
  limited: { 45_009: LIMITED_FOR_MS, 45_033: LIMITED_FOR_MS },
  advice: { 93_000: '机器人的地址不对，或机器人已被移出群。请在群里重新添加，换成新地址' },
};

/** 企业微信群机器人: no signature, the key in the address is the secret. */
export const wecom: RobotDialect<'wecom'> = {
  kind: 'wecom',
  baseUrl: 'https://qyapi.weixin.qq.com',
  limits: [{ count: 20, perMs: MINUTE_MS }],
  maxTextBytes: 2_048,
  request: ({ token }, content) => ({
    path: `/cgi-bin/webhook/send?${new URLSearchParams({ key: token }).toString()}`,
    body: { msgtype: 'text', text: { content } },
  }),
  read: (body) => readCode(errcodeSchema.parse(body).errcode, WECOM_CODES),
};

const DINGTALK_CODES: Codes = {
  again: new Set([-1]),
  limited: { 130_101: DINGTALK_SHUT_FOR_MS, 410_100: DINGTALK_SHUT_FOR_MS },
  advice: {
    300_001: '机器人的地址不对。请在群里查看机器人，换成现在的地址',
    310_000:
      '没有通过机器人的安全设置。设的是“加签”的，请核对密钥；是“自定义关键词”的，请加上关键词“天眼”；是“IP 地址”的，请加上本机的出口地址',
    400_013: '群已解散，请删除这个渠道',
    400_101: '机器人的地址不对。请在群里查看机器人，换成现在的地址',
    400_102: '机器人已停用，请在群里启用',
    400_106: '机器人已被移出群，请重新添加，换成新地址',
  },
};

/** 钉钉群机器人: signed (加签) where the group asks for it, with the time in milliseconds. */
export const dingtalk: RobotDialect<'dingtalk'> = {
  kind: 'dingtalk',
  baseUrl: 'https://oapi.dingtalk.com',
  limits: [{ count: 20, perMs: MINUTE_MS }],
  // The vendor's 20,000 are of the whole body.
  maxTextBytes: 4_096,
  request: ({ token, signingSecret }, content, nowMs) => {
    const search = new URLSearchParams({ access_token: token });
    if (signingSecret !== null) {
      search.set('timestamp', String(nowMs));
      search.set('sign', createHmac('sha256', signingSecret).update(`${nowMs}\n${signingSecret}`).digest('base64'));
    }
    return { path: `/robot/send?${search.toString()}`, body: { msgtype: 'text', text: { content } } };
  },
  read: (body) => readCode(errcodeSchema.parse(body).errcode, DINGTALK_CODES),
};

const FEISHU_CODES: Codes = {
  again: new Set([-1]),
  limited: { 11_232: LIMITED_FOR_MS },
  advice: {
    19_001: '机器人的地址不对，或机器人已被移出群。请在群里重新添加，换成新地址',
    19_021: '签名不对。请核对“签名校验”的密钥，并核对本机时间',
    19_022: '本机的出口地址不在机器人的 IP 白名单里，请加上',
    19_024: '没有通过“自定义关键词”。请加上关键词“天眼”',
  },
};

/** 飞书群机器人: signed (签名校验) over nothing, with the time in seconds and the secret as key; not as DingTalk does. */
export const feishu: RobotDialect<'feishu'> = {
  kind: 'feishu',
  baseUrl: 'https://open.feishu.cn',
  limits: [
    { count: 5, perMs: SECOND_MS },
    { count: 100, perMs: MINUTE_MS },
  ],
  // The vendor's 20 KB are of the whole body.
  maxTextBytes: 4_096,
  request: ({ token, signingSecret }, text, nowMs) => {
    const timestamp = String(Math.floor(nowMs / SECOND_MS));
    const signed =
      signingSecret === null
        ? {}
        : { timestamp, sign: createHmac('sha256', `${timestamp}\n${signingSecret}`).update('').digest('base64') };
    return {
      path: `/open-apis/bot/v2/hook/${encodeURIComponent(token)}`,
      // Its texts know tags: one that calls everybody must not come out of the title of a rule.
      body: { ...signed, msg_type: 'text', content: { text: text.replaceAll('<', '＜').replaceAll('>', '＞') } },
    };
  },
  read: (body) => readCode(codeSchema.parse(body).code, FEISHU_CODES),
};
