import { describe, expect, test } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { LOOPBACK_NETWORKS, OutboundHosts } from './index.js';

const hosts = new OutboundHosts();
const refuses = (url: string, to = hosts) => {
  try {
    to.assertUrl(new URL(url));
    return false;
  } catch {
    return true;
  }
};

/** As a socket asks: for all addresses, or for one. */
function lookUp(name: string, to: OutboundHosts, all: boolean): Promise<string | LookupAddress[]> {
  return new Promise((resolve, reject) => {
    to.lookup(name, { all }, (error, address) => (error ? reject(error) : resolve(address)));
  });
}

describe('an address in a URL', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.255.0.9:8080/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://0.0.0.0/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[fe80::1]/',
    'http://[febf::1]/',
    'http://[fd00:ec2::254]/',
    'http://169.254.169.254/latest/meta-data',
    'http://169.254.0.23/',
    'http://100.100.100.200/',
    'http://255.255.255.255/',
    'http://224.0.0.1/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://any.localhost/',
    'http://user@127.0.0.1/',
    'http://１２７.0.0.1/',
  ])('that is this machine or its link is refused: %s', (url) => {
    expect(refuses(url)).toBe(true);
  });

  test.each([
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.7/',
    'http://100.64.0.1/',
    'http://8.8.8.8/',
    'http://[fd12:3456::1]/',
    'http://[2001:db8::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://hotline.example.gov.cn/',
    'http://127.0.0.1.example.gov.cn/',
  ])('of the county’s own networks or elsewhere is not: %s', (url) => {
    expect(refuses(url)).toBe(false);
  });

  test('says in Chinese what to do', () => {
    expect(() => hosts.assertUrl(new URL('http://127.0.0.1/'))).toThrow(/地址 127\.0\.0\.1 指向本机.*请改用/);
  });
});

describe('a name', () => {
  test('that leads to this machine is refused when it is connected to', async () => {
    await expect(lookUp('localhost', hosts, true)).rejects.toThrow('地址 localhost 指向本机');
    await expect(lookUp('localhost', hosts, false)).rejects.toThrow('地址 localhost 指向本机');
  });

  test('comes without the addresses that are not allowed', async () => {
    expect(await lookUp('127.0.0.1', new OutboundHosts(['127.0.0.1']), true)).toEqual([{ address: '127.0.0.1', family: 4 }]);
    expect(await lookUp('127.0.0.1', new OutboundHosts(['127.0.0.1']), false)).toBe('127.0.0.1');
    await expect(lookUp('127.0.0.1', new OutboundHosts(['::1']), true)).rejects.toThrow('指向本机');
  });
});

test('what is allowed by name is allowed, and nothing beside it', () => {
  const one = new OutboundHosts(['127.0.0.1', 'fe80::/16']);
  expect([refuses('http://127.0.0.1/', one), refuses('http://[fe80::7]/', one)]).toEqual([false, false]);
  expect([refuses('http://127.0.0.2/', one), refuses('http://[::1]/', one)]).toEqual([true, true]);
  const loopback = new OutboundHosts(LOOPBACK_NETWORKS);
  expect(
    ['http://127.9.9.9/', 'http://[::1]/', 'http://localhost/', 'http://169.254.169.254/'].map((url) => refuses(url, loopback)),
  ).toEqual([false, false, false, true]);
});
