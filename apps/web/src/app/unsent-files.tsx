import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { keys } from '../api/keys.js';
import { currentConnection, onConnection } from '../device/connection.js';
import { drop, keep, keptBelow } from '../device/kept.js';
import { sendFile } from '../device/send-file.js';
import { UnsentFiles, type FileOnItsWay, type NewFile } from '../device/unsent-files.js';
import { useSession } from './session.js';

/** So often it is tried again where the browser does not notice that the network is back. */
const TRY_AGAIN_MS = 20_000;

type Hear = (answer: unknown) => void;

interface AllUnsentFiles {
  files: readonly FileOnItsWay[];
  unsentFiles: UnsentFiles;
  /** Who shows what files are handed in to hears what the server answers; returns what ends it. */
  listen: (path: string, hear: Hear) => () => void;
  add: (file: NewFile, problem: string | null) => void;
  cancel: (id: string) => void;
}

const UnsentFilesContext = createContext<AllUnsentFiles | null>(null);

/** Files that the signed-in person handed in and the server does not have yet: sent from any page, so that they arrive before what is said of them. */
export function UnsentFilesProvider({ children }: { children: ReactNode }) {
  const { userId } = useSession();
  const client = useQueryClient();
  const [files, setFiles] = useState<readonly FileOnItsWay[]>([]);
  const [listeners] = useState(() => new Map<string, Hear>());
  const unsentFiles = useMemo(
    () =>
      new UnsentFiles({
        all: (schema, prefix) => keptBelow(schema, userId, prefix),
        keep: (name, value) => keep(userId, name, value),
        drop: (name) => drop(userId, name),
        send: (file, how) => sendFile(file, { sender: userId, ...how }),
        onChange: setFiles,
        onSent: (path, answer) => {
          const hear = listeners.get(path);
          if (hear) hear(answer);
          else void readAgain(client);
        },
      }),
    [userId, client, listeners],
  );
  useSendings(unsentFiles, files);
  const doings = useMemo<Omit<AllUnsentFiles, 'files'>>(
    () => ({
      unsentFiles,
      listen: (path, hear) => {
        listeners.set(path, hear);
        return () => {
          if (listeners.get(path) === hear) listeners.delete(path);
        };
      },
      add: (file, problem) => void unsentFiles.add(file, problem),
      cancel: (id) => void unsentFiles.cancel(id),
    }),
    [unsentFiles, listeners],
  );
  const shown = useMemo<AllUnsentFiles>(() => ({ files, ...doings }), [files, doings]);
  return <UnsentFilesContext value={shown}>{children}</UnsentFilesContext>;
}

export function useAllUnsentFiles(): AllUnsentFiles {
  const shown = use(UnsentFilesContext);
  if (!shown) throw new Error('useAllUnsentFiles is used outside UnsentFilesProvider');
  return shown;
}

/** What the device keeps of them until the server has it, or the person clears it away. */
export function useKeptFiles(): readonly FileOnItsWay[] {
  return useAllUnsentFiles().files.filter(({ isKept }) => isKept);
}

/** At once, when the network is back, and now and then. */
function useSendings(unsentFiles: UnsentFiles, files: readonly FileOnItsWay[]): void {
  const waits = files.some(({ state }) => state !== 'refused');
  useEffect(() => {
    void unsentFiles.flush();
    return () => unsentFiles.stop();
  }, [unsentFiles]);
  useEffect(() => {
    if (!waits) return undefined;
    const again = () => void unsentFiles.flush();
    const timer = setInterval(again, TRY_AGAIN_MS);
    const stop = onConnection(() => {
      if (currentConnection() === 'open') again();
    });
    window.addEventListener('online', again);
    return () => {
      clearInterval(timer);
      stop();
      window.removeEventListener('online', again);
    };
  }, [waits, unsentFiles]);
}

/** Whatever it was handed in to may be on the page. */
async function readAgain(client: QueryClient): Promise<void> {
  const parts: readonly unknown[] = [keys.clues[0], keys.clue('')[0], keys.supervision[0]];
  await client.invalidateQueries({ predicate: ({ queryKey }) => parts.includes(queryKey[0]) });
}
