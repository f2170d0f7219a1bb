import type { Topic } from './topic.js';
import { LIVELIHOOD } from './topics-livelihood.js';
import { PUBLIC_WORKS } from './topics-public-works.js';

/** @throws RangeError for a matter that nobody has written about */
export function topicOf(matter: string): Topic {
  const topic = PUBLIC_WORKS[matter] ?? LIVELIHOOD[matter];
  if (!topic) throw new RangeError(`no texts for matter ${matter}`);
  return topic;
}
