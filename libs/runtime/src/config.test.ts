import { describe, expect, test } from '@jest/globals';
import { readConfig } from './config.js';

describe('readConfig', () => {
  test('without any variable the single-machine profile runs', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      postgresUrl: null,
      clickhouseUrl: null,
      rulesDirectory: null,
      sandbox: { seed: 1, size: 'county', speed: 60 },
    });
  });

  test('secrets of upstreams are named as source files name them', () => {
    const config = readConfig({ TIANYAN_SECRET_hotlineToken: 'k', TIANYAN_SECRET_unset: undefined, OTHER: 'x' });
    expect(config.secrets).toEqual({ hotlineToken: 'k' });
  });

  test('all mistakes are reported together, in Chinese', () => {
    const read = () => readConfig({ TIANYAN_PORT: 'http', TIANYAN_POSTGRES_URL: 'mysql://x', TIANYAN_SANDBOX_SIZE: 'huge' });
    expect(read).toThrow(/配置有误/);
    expect(read).toThrow(/TIANYAN_PORT/);
    expect(read).toThrow(/TIANYAN_POSTGRES_URL/);
    expect(read).toThrow(/TIANYAN_SANDBOX_SIZE/);
  });
});
