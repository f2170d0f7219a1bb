import { orderPingPong } from './order-ping-pong.js';
import type { Storyteller } from './story.js';

/** All who plant problems made of orders alone. Append only: the place in the list is part of what a seed means. */
export const STORYTELLERS: readonly Storyteller[] = [orderPingPong];
