import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sealTarget } from '@tianyan/notices';
import type { SmtpSettings } from '@tianyan/runtime';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import {
  conformsToChannel,
  DELIVERY,
  EXPLANATION,
  RIG_TIMEOUT_MS,
  type Behaviour,
  type ChannelRig,
} from './conformance.test-fixture.js';
import { EmailChannel } from './email-channel.js';

const SECRET = 'installation';
const PASSWORD = 'password-of-the-account';
const USER = 'tianyan@example.gov.cn';
const places = { townshipName: async () => '响水镇', consoleUrl: null };

/** A refusal as the protocol has it: the code says whether it is for good. */
function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

interface MailRig extends ChannelRig {
  settings: SmtpSettings;
  /** How many sessions were encrypted before an account was named. */
  authenticated: () => number;
}

async function openRig(options: { secure: boolean; offersTls?: boolean }): Promise<MailRig> {
  let behaviour: Behaviour = 'accepts';
  let authenticated = 0;
  const heard: string[] = [];
  const server = new SMTPServer({
    secure: options.secure,
    logger: false,
    ...(options.offersTls === false ? { disabledCommands: ['STARTTLS'] } : {}),
    onAuth({ username, password }, { secure }, done) {
      if (username !== USER || password !== PASSWORD || !secure) return done(refusal(535, `bad account ${password}`));
      authenticated++;
      done(null, { user: username });
    },
    onRcptTo({ address }, _session, done) {
      if (behaviour === 'refuses') return done(refusal(550, `no such user ${address}`));
      if (behaviour === 'limits') return done(refusal(452, 'too many messages'));
      done();
    },
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (piece: Buffer) => (text += piece.toString('utf8')));
      stream.on('end', () => {
        if (behaviour === 'silent') return;
        if (behaviour === 'cuts') return server.connections.forEach((connection) => connection.close());
        if (behaviour === 'busy') return done(refusal(451, 'try again later'));
        heard.push(decoded(text));
        done();
      });
    },
  });
  server.on('error', () => undefined); // connections that are cut end in one
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo; // a TCP server that listens has one
  const settings: SmtpSettings = {
    host: '127.0.0.1',
    port,
    tls: options.secure ? 'implicit' : 'starttls',
    account: { user: USER, password: PASSWORD },
    from: USER,
  };
  const channel = new EmailChannel({
    smtp: settings,
    secret: SECRET,
    places,
    timeoutMs: RIG_TIMEOUT_MS,
    tls: { rejectUnauthorized: false },
  });
  return {
    channel,
    settings,
    authenticated: () => authenticated,
    delivery: {
      ...DELIVERY,
      channel: 'email',
      sealedTarget: sealTarget(SECRET, DELIVERY.recipient, { kind: 'email', address: 'lead@example.gov.cn' }),
    },
    behave: (next) => (behaviour = next),
    heard: () => heard,
    limitedForMs: null,
    passMs: () => undefined,
    secrets: [PASSWORD, SECRET],
    async close() {
      channel.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Headers and body of a mail as a reader shows them. */
function decoded(mail: string): string {
  const [head = '', ...body] = mail.split('\r\n\r\n');
  const words = head.replaceAll(/\r\n\s+/g, ' ').replaceAll(/\?=\s+=\?/g, '?==?');
  const subject = words.replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, text: string) =>
    Buffer.from(text, 'base64').toString('utf8'),
  );
  const text = body.join('\r\n\r\n');
  return `${subject}\n${/base64/i.test(head) ? Buffer.from(text, 'base64').toString('utf8') : text}`;
}

conformsToChannel('e-mail by STARTTLS', () => openRig({ secure: false }));
conformsToChannel('e-mail by TLS from the first byte', () => openRig({ secure: true }));

let rig: MailRig;
beforeAll(async () => {
  rig = await openRig({ secure: false });
});
afterAll(() => rig.close());

test('an e-mail names severity, township and where to look, and no explanation; each attempt is the same message', async () => {
  await rig.channel.send(rig.delivery);
  await rig.channel.send(rig.delivery);
  const [first = '', second = ''] = rig.heard();
  expect(first).toContain('天眼：【严重】工单踢皮球');
  expect(first).toContain('响水镇');
  expect(first).not.toContain(EXPLANATION);
  const idOf = (mail: string) => /message-id: (<\S+>)/i.exec(mail)?.[1];
  expect(idOf(first)).toBeDefined();
  expect(idOf(second)).toBe(idOf(first));
  expect(rig.authenticated()).toBeGreaterThan(0);
});

test('neither account nor message goes to a server that offers no TLS', async () => {
  const plain = await openRig({ secure: false, offersTls: false });
  try {
    expect(await plain.channel.send(plain.delivery)).toMatchObject({ kind: 'again', reason: expect.stringContaining('加密') });
    expect([plain.heard(), plain.authenticated()]).toEqual([[], 0]);
  } finally {
    await plain.close();
  }
});

test.each([
  ['a certificate that nobody vouches for', {}, '证书'],
  ['an account that is refused', { tls: { rejectUnauthorized: false }, password: 'wrong' }, 'TIANYAN_SMTP_URL'],
])(
  '%s is repaired by whoever runs the platform: it is tried again',
  async (_, { tls, password }: { tls?: object; password?: string }, reason) => {
    const smtp = { ...rig.settings, account: { user: USER, password: password ?? PASSWORD } };
    const channel = new EmailChannel({ smtp, secret: SECRET, places, timeoutMs: RIG_TIMEOUT_MS, ...(tls ? { tls } : {}) });
    try {
      const before = rig.heard().length;
      const outcome = await channel.send(rig.delivery);
      expect(outcome).toMatchObject({ kind: 'again', reason: expect.stringContaining(reason) });
      expect(JSON.stringify(outcome)).not.toContain(password ?? PASSWORD);
      expect(rig.heard()).toHaveLength(before);
    } finally {
      channel.close();
    }
  },
);

test('without a mail server what is to be sent waits for one, and costs no attempt', async () => {
  const channel = new EmailChannel({ smtp: null, secret: SECRET, places });
  expect(await channel.send(rig.delivery)).toMatchObject({ kind: 'held', reason: expect.stringContaining('TIANYAN_SMTP_URL') });
});
