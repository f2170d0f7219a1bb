import { useQueryClient } from '@tanstack/react-query';
import type { ConsoleEvent } from '@tianyan/console-app/api';
import { createContext, use, useEffect, useEffectEvent, useMemo, useState, type ReactNode } from 'react';
import { openEventStream, type LiveState } from './event-stream.js';
import { createRefresher } from './refresher.js';

type Listener = (event: ConsoleEvent) => void;

interface Live {
  state: LiveState;
  listeners: Set<Listener>;
}

const LiveContext = createContext<Live | null>(null);

/** One event stream for the whole console: keeps cached answers fresh and lets parts of a page listen. None for who may not hear it. */
export function LiveProvider({ enabled, children }: { enabled: boolean; children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const [listeners] = useState(() => new Set<Listener>());
  useEffect(() => {
    if (!enabled) return undefined;
    const refresher = createRefresher(client);
    const close = openEventStream({
      onState: setState,
      onEvent: (event) => {
        refresher.take(event);
        for (const listener of listeners) listener(event);
      },
    });
    return () => {
      close();
      refresher.stop();
    };
  }, [client, enabled, listeners]);
  const live = useMemo(() => ({ state, listeners }), [state, listeners]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useLive(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error('useLive is used outside LiveProvider');
  return live;
}

export function useLiveState(): LiveState {
  return useLive().state;
}

export function useLiveEvents(listener: Listener): void {
  const { listeners } = useLive();
  const hear = useEffectEvent(listener);
  useEffect(() => {
    const own: Listener = (event) => hear(event);
    listeners.add(own);
    return () => {
      listeners.delete(own);
    };
  }, [listeners]);
}
