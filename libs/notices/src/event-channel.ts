/** PostgreSQL channel on which open consoles hear of anything new. */
export const EVENT_CHANNEL = 'tianyan_events';
