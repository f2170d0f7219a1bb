import { useSyncExternalStore } from 'react';

const reduced = window.matchMedia('(prefers-reduced-motion: reduce)');

function listen(changed: () => void): () => void {
  reduced.addEventListener('change', changed);
  return () => reduced.removeEventListener('change', changed);
}

/**
 * Whether things may move: not where somebody asked the device for less motion. antd has to be told: it waits for the end of movements that the style
 * sheet leaves out.
 */
export function useMotion(): boolean {
  return !useSyncExternalStore(listen, () => reduced.matches);
}
