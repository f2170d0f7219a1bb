import { useMutation, useQuery } from '@tanstack/react-query';
import { ruleTrialSchema, startedTrialSchema, type RuleTrial } from '@tianyan/console-app/api';
import { useEffect, useRef, useState } from 'react';
import { z } from 'zod';
import { callApi, type ApiRequest } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';

/** As often as the server knows something new. */
const LOOK_AGAIN_MS = 1_000;

export function isUnderWay(trial: RuleTrial | undefined): boolean {
  return trial?.state === 'queued' || trial?.state === 'running';
}

interface Tried {
  yaml: string;
  from?: string;
  to?: string;
  /** Judged is what was known at the end of the last day. */
  asKnown?: boolean;
  /** Sources to which the rule would be limited, null: to none; missing: as it is. */
  limitedTo?: readonly string[] | null;
  /** Numbers of cases that somebody knows. */
  known?: readonly string[];
}

/**
 * Begins trials, follows the newest, cancels it when the dialog or the page is left. What is tried is a text: the rule's, or what else `bodyOf`
 * makes a question of for `path`.
 */
export function useTrial(path = '/rules/trials', bodyOf: (tried: Tried) => unknown = (tried) => tried) {
  const [started, setStarted] = useState<{ id: string; yaml: string } | null>(null);
  const isHere = useIsHere();
  const begin = useMutation({
    mutationFn: async ({ yaml, ...how }: Tried) => {
      const { id } = await callApi(startedTrialSchema, path, { method: 'POST', body: bodyOf({ yaml, ...how }) });
      return { id, yaml: yaml.trim() };
    },
    onMutate: () => setStarted(null),
    onSuccess: (begun) => (isHere.current ? setStarted(begun) : leave(begun.id)),
  });
  const id = started?.id ?? '';
  const follow = useQuery({
    queryKey: keys.ruleTrial(id),
    queryFn: ({ signal }) => callApi(ruleTrialSchema, `/rules/trials/${encodeURIComponent(id)}`, { signal }),
    enabled: started !== null,
    refetchInterval: ({ state }) => (state.status === 'error' || (state.data && !isUnderWay(state.data)) ? false : LOOK_AGAIN_MS),
  });
  const cancel = useMutation({
    mutationFn: () => cancelTrial(id),
    onSettled: () => follow.refetch(),
  });
  useLeaving(id);
  const trial = started === null ? undefined : follow.data;
  return {
    /** `how`: first and last day of the problems that are counted, and what else is asked. */
    begin: (yaml: string, how: Omit<Tried, 'yaml'> = {}) => begin.mutate({ yaml, ...how }),
    cancel: () => cancel.mutate(),
    /** Whether there is something to cancel: while it is being asked for there is not. */
    isBegun: started !== null,
    isCancelling: cancel.isPending,
    error: begin.error ?? (started === null ? null : follow.error),
    trial,
    /** The text that is or was tried, also where it could not be begun. */
    yaml: started?.yaml ?? begin.variables?.yaml.trim() ?? null,
    isBusy: begin.isPending || (started !== null && follow.error === null && (trial === undefined || isUnderWay(trial))),
  };
}

/** Nobody would see what comes of it, also where the page itself is closed or loaded anew. One that has ended stays as it is. */
function useLeaving(id: string): void {
  useEffect(() => {
    if (id === '') return undefined;
    const away = () => leave(id);
    window.addEventListener('pagehide', away);
    return () => {
      window.removeEventListener('pagehide', away);
      away();
    };
  }, [id]);
}

/** Whether the dialog is still there: what has begun by the time when it is not is followed by nobody. */
function useIsHere(): { readonly current: boolean } {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => void (isHere.current = false);
  }, []);
  return isHere;
}

/** Where it does not arrive, the person's next one ends it, or its time is over. */
function leave(id: string): void {
  void cancelTrial(id, { outlivesPage: true }).catch(() => undefined);
}

async function cancelTrial(id: string, how: Pick<ApiRequest, 'outlivesPage'> = {}): Promise<void> {
  await callApi(z.unknown(), `/rules/trials/${encodeURIComponent(id)}`, { method: 'DELETE', ...how });
}
