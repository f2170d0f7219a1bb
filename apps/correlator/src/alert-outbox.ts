import { WorkingCalendar } from '@tianyan/calendar';
import { AlertOutbox, DutyRouting } from '@tianyan/notices';
import type { RuntimeParts } from '@tianyan/runtime';

/** Where alerts are enqueued, the same in every profile: outside a team's hours for who is on duty, by the county's calendar. */
export function openAlertOutbox({ config, machineClock, holidays }: Pick<RuntimeParts, 'config' | 'machineClock' | 'holidays'>) {
  const duty = new DutyRouting(new WorkingCalendar(holidays));
  return new AlertOutbox({ clock: machineClock, settleMs: config.alertSettleMs, duty });
}
