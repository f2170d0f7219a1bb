import type { QuietHours as StoredQuietHours } from '@tianyan/notices';
import type { QuietHours } from '../api/index.js';
import { clockTime, minuteOf } from './clock-times.js';

/** As people read it: `22:00`. */
export function quietHoursAnswer({ fromMinute, toMinute, exceptHigh }: StoredQuietHours): QuietHours {
  return { from: clockTime(fromMinute), to: clockTime(toMinute), exceptHigh };
}

export function quietHoursOf({ from, to, exceptHigh }: QuietHours): StoredQuietHours {
  return { fromMinute: minuteOf(from), toMinute: minuteOf(to), exceptHigh };
}
