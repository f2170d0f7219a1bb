import { useQueryClient } from '@tanstack/react-query';
import type { Problem } from '@tianyan/console-app/api';
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { z } from 'zod';
import { ApiError, callApi, UnreadableAnswer } from '../api/client.js';
import { keys } from '../api/keys.js';
import { currentConnection, onConnection } from '../device/connection.js';
import { drop, keep, keptBelow } from '../device/kept.js';
import { sendStep } from '../device/send-step.js';
import { UnsentSteps, type NewStep, type UnsentStep } from '../device/unsent-steps.js';
import { useSession } from './session.js';
import { useAllUnsentFiles } from './unsent-files.js';

export const KEPT_WORDS = '已存入“待发送”，等网络恢复、附件传完后自动提交。';

/** A device that keeps nothing: whoever wrote it must not think that it does. */
const NOT_KEPT: Problem = {
  code: 'unavailable',
  message: '还没有提交：前面填写的还在等待发送，这台设备存不下更多内容。请不要关闭页面，稍后再提交。',
};
const NOT_KEPT_FOR_FILES: Problem = {
  code: 'unavailable',
  message: '还没有提交：附件还没传完。请不要关闭页面，等附件传完再提交。',
};

const LOCK = 'tianyan-unsent-steps';
/** So often it is tried again where the server was there and could not take it. */
const TRY_AGAIN_MS = 20_000;

/** The person has to sign in, or do something else, before anything is taken of them. */
const SESSION_IS_OTHER: readonly string[] = ['unauthenticated', 'password-change-required', 'second-factor-required'];

interface Unsent {
  steps: readonly UnsentStep[];
  /** Sends it; where the console is not reached, it is kept and sent later. Throws ApiError. */
  send: <S extends z.ZodType>(schema: S, step: NewStep, how?: { mayWait: boolean }) => Promise<z.output<S> | 'kept'>;
  cancel: (key: string) => void;
}

const UnsentStepsContext = createContext<Unsent | null>(null);

/** What the signed-in person has filled in without a network, sent when it is back. */
export function UnsentStepsProvider({ children }: { children: ReactNode }) {
  const { userId } = useSession();
  const client = useQueryClient();
  const { unsentFiles, files } = useAllUnsentFiles();
  const [steps, setSteps] = useState<readonly UnsentStep[]>([]);
  const unsentSteps = useMemo(
    () =>
      new UnsentSteps({
        all: (schema, prefix) => keptBelow(schema, userId, prefix),
        keep: (name, value) => keep(userId, name, value),
        drop: (name) => drop(userId, name),
        isHeld: (step) => unsentFiles.holds(step),
        send: async (step) => {
          try {
            await sendStep(step, userId);
          } catch (error) {
            // Somebody else has signed in at this browser, or nobody is any more: the page must not go on as if.
            if (error instanceof ApiError && SESSION_IS_OTHER.includes(error.problem.code))
              void client.invalidateQueries({ queryKey: keys.session });
            throw error;
          }
        },
        onChange: setSteps,
        alone: inOneWindow,
      }),
    [userId, client, unsentFiles],
  );
  const flush = useFlush(unsentSteps, { steps, fileCount: files.length });
  const unsent = useMemo<Unsent>(
    () => ({
      steps,
      send: async (schema, step, { mayWait } = { mayWait: true }) => {
        const atOnce = !mayWait || unsentSteps.isFull;
        // The files of what it is about go first: nothing can be handed in to what is reported.
        const isAwaiting = await unsentFiles.isAwaitedBy(step);
        // So does what was filled in before, unless it waits for files of something else.
        const isBehind = steps.some((one) => one.refusal === null && (one.path === step.path || !unsentFiles.isHolding(one)));
        if (atOnce || (!isAwaiting && !isBehind)) {
          try {
            return await callApi(schema, step.path, { method: 'POST', body: step.body, key: step.key, sender: userId });
          } catch (error) {
            if (!isAway(error) || atOnce || !(await unsentSteps.add(step))) throw error;
            return 'kept';
          }
        }
        if (!(await unsentSteps.add(step))) throw new ApiError(0, isAwaiting ? NOT_KEPT_FOR_FILES : NOT_KEPT);
        void flush();
        return 'kept';
      },
      cancel: (key) => void unsentSteps.cancel(key),
    }),
    [steps, unsentSteps, unsentFiles, flush, userId],
  );
  return <UnsentStepsContext value={unsent}>{children}</UnsentStepsContext>;
}

/** Sends what waits: at once, when the console is reached again, when a file has arrived or was called off, and now and then. */
function useFlush(unsentSteps: UnsentSteps, { steps, fileCount }: { steps: readonly UnsentStep[]; fileCount: number }) {
  const client = useQueryClient();
  const flush = useCallback(async () => {
    if (currentConnection() !== 'open') return;
    if ((await unsentSteps.flush()) === 0) return;
    await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
  }, [unsentSteps, client]);
  const waits = steps.some(({ refusal }) => refusal === null);
  useEffect(() => {
    void unsentSteps.read();
  }, [unsentSteps]);
  useEffect(() => {
    if (!waits) return undefined;
    void flush();
    const timer = setInterval(() => void flush(), TRY_AGAIN_MS);
    const stop = onConnection(() => void flush());
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [waits, flush, fileCount]);
  return flush;
}

export function useUnsentSteps(): Unsent {
  const unsent = use(UnsentStepsContext);
  if (!unsent) throw new Error('useUnsentSteps is used outside UnsentStepsProvider');
  return unsent;
}

/** What was filled in and waits to be sent to that address; null: nothing does. */
export function useUnsentStep(path: string): UnsentStep | null {
  return useUnsentSteps().steps.find((step) => step.path === path && step.refusal === null) ?? null;
}

/** The console did not answer, or something in its place did: whether it arrived is not known, and it is safe to send again. */
const isAway = (error: unknown): boolean =>
  error instanceof UnreadableAnswer || (error instanceof ApiError && error.problem.code === 'unavailable');

/** Two windows that send at once would do no harm, since each step has its key; they would ask twice. */
async function inOneWindow(work: () => Promise<void>): Promise<void> {
  // Missing where the console is opened without https.
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return work();
  await locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock !== null) await work();
  });
}
