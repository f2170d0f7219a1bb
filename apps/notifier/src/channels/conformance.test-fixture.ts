import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SECOND_MS } from '@tianyan/kernel';
import type { Channel, ClaimedDelivery, SendOutcome } from '@tianyan/notices';

/** What a receiver does with whatever comes next. */
export type Behaviour =
  | 'accepts'
  /** A temporary error. */
  | 'busy'
  /** Asks to be left alone for a while. */
  | 'limits'
  /** For good. */
  | 'refuses'
  /** Takes the message and answers nothing. */
  | 'silent'
  /** Cuts the connection in the middle. */
  | 'cuts';

export interface ChannelRig {
  channel: Channel;
  delivery: ClaimedDelivery;
  behave: (behaviour: Behaviour) => void;
  /** What the receiver has taken, as it stood in the messages. */
  heard: () => readonly string[];
  /** How long the receiver asks to be left alone where it limits; null: its protocol cannot say it. */
  limitedForMs: number | null;
  /** Lets that time pass. */
  passMs: (ms: number) => void;
  /** None of these may ever be told. */
  secrets: readonly string[];
  close(): Promise<void>;
}

/** Of the delivery of every rig: who a finding is about, as only the page of the finding may say. */
export const EXPLANATION = '被退回三次，承办人张三';

export const DELIVERY: ClaimedDelivery = {
  id: '1',
  subject: { kind: 'finding', id: 'f-1' },
  round: 0,
  kind: 'opened',
  channel: 'webhook',
  recipient: 'c-1',
  teamId: 't-1',
  severity: 'high',
  title: '工单踢皮球',
  text: EXPLANATION,
  townshipCode: '320921100',
  occurredAtMs: 1,
  path: '/findings/f-1',
  state: 'waiting',
  attempts: 1,
  nextAttemptAtMs: 1,
  deliveredAtMs: null,
  lastError: null,
  createdAtMs: 1,
  readAtMs: null,
  traces: [],
  webhookUrl: null,
  webhookKeyVersion: 0,
  sealedTarget: null,
};

/** Time that a rig gives its receiver: short, as a test waits for it. */
export const RIG_TIMEOUT_MS = 400;

/** What every channel promises, whatever its protocol. */
export function conformsToChannel(name: string, open: () => Promise<ChannelRig>): void {
  describe(`${name} as a channel`, () => {
    let rig: ChannelRig;
    beforeAll(async () => {
      rig = await open();
    });
    afterAll(() => rig.close());

    const sent = async (behaviour: Behaviour): Promise<SendOutcome> => {
      // Attempts of one delivery come minutes apart: the limits of the vendors have a test of their own.
      rig.passMs(SECOND_MS);
      rig.behave(behaviour);
      const outcome = await rig.channel.send(rig.delivery);
      const said = JSON.stringify(outcome);
      for (const secret of rig.secrets) expect(said).not.toContain(secret);
      if ('reason' in outcome) expect(outcome.reason).toMatch(/[\u4e00-\u9fff]/);
      return outcome;
    };

    test('delivers the title', async () => {
      const before = rig.heard().length;
      expect(await sent('accepts')).toEqual({ kind: 'delivered' });
      expect(rig.heard().slice(before)).toEqual([expect.stringContaining('工单踢皮球')]);
    });

    test.each(['busy', 'silent', 'cuts'] as const)(
      'where the receiver is %s another attempt makes sense, and succeeds',
      async (behaviour) => {
        expect(await sent(behaviour)).toMatchObject({ kind: 'again' });
        expect(await sent('accepts')).toEqual({ kind: 'delivered' });
      },
    );

    test('what is refused for good is not tried again', async () => {
      expect(await sent('refuses')).toMatchObject({ kind: 'final' });
    });

    test('a receiver that limits is left alone for as long as it asks', async () => {
      const outcome = await sent('limits');
      expect(outcome).toMatchObject({ kind: 'again' });
      if (rig.limitedForMs !== null) expect(outcome).toMatchObject({ afterMs: rig.limitedForMs });
      rig.passMs(rig.limitedForMs ?? 0);
      expect(await sent('accepts')).toEqual({ kind: 'delivered' });
    });
  });
}
