import { expect, test } from '@jest/globals';
import { dateReader, zoneOf } from './dates.js';

const read = dateReader(['iso', 'sql'], zoneOf('Asia/Shanghai'));

test.each(['17:30', '17:30:00', 'T17:30', '173000', '8:30', '2026', '202303', '2026-03', '2026-W10'])(
  '%s names no day and is no instant',
  (text) => {
    expect(() => read(text)).toThrow('不是存在的日期时间');
  },
);

test.each(['2026-03-05', '20260305', '2026-03-05T00:00', '2026-03-05 00:00:00', '2026-W10-4', '2026-064'])(
  '%s names the day',
  (text) => {
    expect(read(text).toISODate()).toBe('2026-03-05');
  },
);
