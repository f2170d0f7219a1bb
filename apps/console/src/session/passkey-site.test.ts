import { expect, test } from '@jest/globals';
import type { Request } from 'express';
import { passkeySiteOf } from './passkey-site.js';

const asked = (protocol: string, host: string) => ({ protocol, headers: { host } }) as Request; // all that is read

test.each([
  ['https', 'tianyan.example.gov.cn', null, 'https://tianyan.example.gov.cn', 'tianyan.example.gov.cn'],
  ['https', 'tianyan.example.gov.cn:8443', null, 'https://tianyan.example.gov.cn:8443', 'tianyan.example.gov.cn'],
  ['http', 'localhost:3000', null, 'http://localhost:3000', 'localhost'],
  // Behind a gateway that names another host.
  ['http', '10.0.0.8:3000', 'https://tianyan.example.gov.cn/', 'https://tianyan.example.gov.cn', 'tianyan.example.gov.cn'],
])('%s://%s, configured %s: %s', (protocol, host, configured, origin, rpId) => {
  expect(passkeySiteOf(asked(protocol, host), configured)).toEqual({ origin, rpId });
});

test.each([
  ['http', 'tianyan.example.gov.cn'],
  ['https', '10.0.0.8'],
  ['https', '[fd00::1]:443'],
  ['http', '127.0.0.1:3000'],
  ['https', ''],
])('%s://%s: a browser makes none there', (protocol, host) => {
  expect(passkeySiteOf(asked(protocol, host), null)).toBeNull();
});
