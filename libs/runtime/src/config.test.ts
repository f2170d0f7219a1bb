import { describe, expect, test } from '@jest/globals';
import { readConfig } from './config.js';

describe('readConfig', () => {
  test('without any variable the single-machine profile runs', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      postgresUrl: null,
      clickhouseUrl: null,
      sandbox: { seed: 1, size: 'county', speed: 60 },
    });
  });

  test('all mistakes are reported together, in Chinese', () => {
    const read = () => readConfig({ TIANYAN_PORT: 'http', TIANYAN_POSTGRES_URL: 'mysql://x', TIANYAN_SANDBOX_SIZE: 'huge' });
    expect(read).toThrow(/配置有误/);
    expect(read).toThrow(/TIANYAN_PORT/);
    expect(read).toThrow(/TIANYAN_POSTGRES_URL/);
    expect(read).toThrow(/TIANYAN_SANDBOX_SIZE/);
  });
});
