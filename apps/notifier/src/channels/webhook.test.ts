import { LOOPBACK_NETWORKS, ManualClock, MINUTE_MS, OutboundHosts } from '@tianyan/kernel';
import { signature, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookChannel, webhookKey } from '@tianyan/notices';
import { conformsToChannel, DELIVERY, RIG_TIMEOUT_MS, type Behaviour } from './conformance.test-fixture.js';
import { createHttpPost } from './http-post.js';
import { httpReceiver, type Received } from './http-receiver.test-fixture.js';

const SECRET = 'installation';
const KEY = webhookKey(SECRET, DELIVERY.recipient, 1);
const STATUS: Readonly<Record<Behaviour, number>> = { accepts: 204, busy: 503, limits: 429, refuses: 403, silent: 0, cuts: 0 };

function isSigned({ headers, body }: Received): boolean {
  return headers[SIGNATURE_HEADER] === signature(KEY, Number(headers[TIMESTAMP_HEADER]), body);
}

conformsToChannel('a webhook', async () => {
  const receiver = await httpReceiver((request, response, behaviour) => {
    const status = isSigned(request) ? STATUS[behaviour] : 401;
    response.writeHead(status, status === 429 ? { 'retry-after': '300' } : {}).end();
  });
  const clock = new ManualClock(1_800_000_000_000);
  const outbound = new OutboundHosts(LOOPBACK_NETWORKS);
  const post = createHttpPost(outbound, RIG_TIMEOUT_MS);
  const teams = { webhookHosts: async () => [receiver.host], outbound };
  const send = (request: Parameters<typeof post.send>[0]) => post.send(request);
  return {
    channel: new WebhookChannel({ teams, send, clock, secret: SECRET }),
    delivery: { ...DELIVERY, webhookUrl: `${receiver.url}/hook`, webhookKeyVersion: 1 },
    behave: (behaviour) => (receiver.behaviour = behaviour),
    heard: () => receiver.received.map(({ body }) => body),
    limitedForMs: 5 * MINUTE_MS,
    passMs: (ms) => clock.advanceBy(ms),
    secrets: [SECRET, KEY],
    async close() {
      await post.close();
      await receiver.close();
    },
  };
});
