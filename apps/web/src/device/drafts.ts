import { keepsAnything } from './kept.js';

/** Forms on the screen of which the device keeps what is typed, and others: whether a page may say that nothing is lost. */
const openForms = { kept: 0, others: 0 };
const listeners = new Set<() => void>();

function count(kind: keyof typeof openForms, change: number): void {
  openForms[kind] += change;
  for (const listener of listeners) listener();
}

/** A form that keeps a draft is on the screen; returns what ends it. In a browser that keeps nothing it keeps none. */
export function noteDraft(keeps: () => Promise<boolean> = keepsAnything): () => void {
  let end: (() => void) | null = null;
  let isOver = false;
  const look = async () => {
    const isKept = await keeps();
    if (!isOver) end = noteForm(isKept ? 'kept' : 'others');
  };
  void look();
  return () => {
    isOver = true;
    end?.();
  };
}

/** So is one that keeps none: what is said of the page holds for it, too. */
export const noteUnkeptForm = (): (() => void) => noteForm('others');

function noteForm(kind: keyof typeof openForms): () => void {
  count(kind, 1);
  return () => count(kind, -1);
}

export const keepsDraft = (): boolean => openForms.kept > 0 && openForms.others === 0;

export function onDrafts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
