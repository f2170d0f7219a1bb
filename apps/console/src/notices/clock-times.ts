const MINUTES_PER_HOUR = 60;

/** A minute of the day as people read it: `22:00`. */
export function clockTime(minute: number): string {
  return [Math.floor(minute / MINUTES_PER_HOUR), minute % MINUTES_PER_HOUR]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** @param text `HH:mm`, as the schema has it */
export function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * MINUTES_PER_HOUR + minutes;
}
