import { useMutation, useQuery } from '@tanstack/react-query';
import { ruleTrialSchema, startedTrialSchema, type RuleTrial } from '@tianyan/console-app/api';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { callApi } from '../../../api/client.js';
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
 * Begins trials, follows the newest, cancels it when the dialog is left. What is tried is a text: the rule's, or what else `bodyOf`
 * makes a question of for `path`.
 */
export function useTrial(path = '/rules/trials', bodyOf: (tried: Tried) => unknown = (tried) => tried) {
  const [started, setStarted] = useState<{ id: string; yaml: string } | null>(null);
  const begin = useMutation({
    mutationFn: async ({ yaml, ...how }: Tried) => {
      const { id } = await callApi(startedTrialSchema, path, { method: 'POST', body: bodyOf({ yaml, ...how }) });
      return { id, yaml: yaml.trim() };
    },
    onMutate: () => setStarted(null),
    onSuccess: setStarted,
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
  // Nobody would see what comes of it. One that has ended stays as it is.
  useEffect(() => {
    if (id === '') return undefined;
    return () => void cancelTrial(id).catch(() => undefined);
  }, [id]);
  const trial = started === null ? undefined : follow.data;
  return {
    /** `how`: first and last day of the problems that are counted, and what else is asked. */
    begin: (yaml: string, how: Omit<Tried, 'yaml'> = {}) => begin.mutate({ yaml, ...how }),
    cancel: () => cancel.mutate(),
    isCancelling: cancel.isPending,
    error: begin.error ?? (started === null ? null : follow.error),
    trial,
    /** The text that is or was tried. */
    yaml: started?.yaml ?? null,
    isBusy: begin.isPending || (started !== null && follow.error === null && (trial === undefined || isUnderWay(trial))),
  };
}

async function cancelTrial(id: string): Promise<void> {
  await callApi(z.unknown(), `/rules/trials/${encodeURIComponent(id)}`, { method: 'DELETE' });
}
