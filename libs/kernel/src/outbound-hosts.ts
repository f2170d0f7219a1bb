import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import { RefusedError } from './errors.js';

/** Addresses and networks that are this machine, its own link, or nobody: none of them is a system of the county. */
const LOCAL_NETWORKS = [
  ['0.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
] as const;
/** Where clouds answer every machine with its keys, outside 169.254/16. */
const METADATA_ADDRESSES = [
  ['100.100.100.200', 'ipv4'], // Alibaba Cloud
  ['fd00:ec2::254', 'ipv6'], // AWS
] as const;

/** This machine itself, as `OutboundHosts` takes it: for a county that is simulated here. */
export const LOOPBACK_NETWORKS: readonly string[] = ['127.0.0.0/8', '::1/128'];

/** IPv6 networks whose last 32 bits are an IPv4 address that is connected to instead: translation (NAT64), and 6to4's old form. */
const EMBEDDING = /^(?:64:ff9b::|::ffff:|::)((?:\d{1,3}\.){3}\d{1,3}|[\da-f]{1,4}:[\da-f]{1,4})$/i;

/**
 * Where connections may go whose address people or upstreams have typed. Counties' systems stand in private networks
 * (10.x, 192.168.x): those are allowed. This machine and its link are not: their services trust whoever comes from here,
 * and a cloud's hand out keys.
 *
 * Use both: `assertUrl` before a request, since an address in a URL is connected to without a look-up; `lookup` as the
 * socket's look-up, since a name that was harmless when it was checked may lead here when it is connected to.
 */
export class OutboundHosts {
  private readonly refused = new BlockList();
  private readonly allowed = new BlockList();

  /** @param allowed addresses and networks (`127.0.0.1`, `::1/128`) that may be connected to although they are local */
  constructor(allowed: readonly string[] = []) {
    for (const [net, prefix, type] of LOCAL_NETWORKS) this.refused.addSubnet(net, prefix, type);
    for (const [address, type] of METADATA_ADDRESSES) this.refused.addAddress(address, type);
    for (const entry of allowed) {
      const [net = '', prefix] = entry.split('/');
      const type = isIPv6(net) ? 'ipv6' : 'ipv4';
      this.allowed.addSubnet(net, prefix === undefined ? (type === 'ipv6' ? 128 : 32) : Number(prefix), type);
    }
  }

  /** Whether an IP address may be connected to. */
  allows(address: string): boolean {
    const bare = address.split('%')[0] ?? address; // without the name of an interface
    const type = isIPv6(bare) ? 'ipv6' : 'ipv4';
    if (this.allowed.check(bare, type)) return true;
    const inner = type === 'ipv6' ? embedded(bare) : null;
    if (inner !== null) return this.allows(inner);
    return !this.refused.check(bare, type);
  }

  /** Throws RefusedError, in Chinese, for a URL whose host is a local address or `localhost`. A name is checked by `lookup`. */
  assertUrl(url: URL): void {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    // `URL` has turned every other spelling of an address (0x7f.1, 2130706433) into this one.
    if (isIP(host) === 0 ? isLocalName(host) && !this.allows('127.0.0.1') && !this.allows('::1') : !this.allows(host))
      throw refusal(host);
  }

  /** For `connect` of an HTTP client: as `dns.lookup`, without local addresses; a name that has no others fails with RefusedError. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const addresses: LookupAddress[] = found.filter(({ address }) => this.allows(address));
      const [first] = addresses;
      if (first === undefined) return callback(refusal(hostname), '');
      if (options.all === true) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

function isLocalName(host: string): boolean {
  return /(^|\.)localhost\.?$/i.test(host);
}

/** The IPv4 address that an IPv6 address stands for; null for one of its own. */
function embedded(address: string): string | null {
  // `URL` writes every IPv6 address in its shortest form, in hexadecimal.
  const inner = EMBEDDING.exec(new URL(`http://[${address}]`).hostname.slice(1, -1))?.[1];
  if (inner === undefined || inner.includes('.')) return inner ?? null;
  const [high = 0, low = 0] = inner.split(':').map((part) => Number.parseInt(part, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function refusal(host: string): RefusedError {
  return new RefusedError(
    'invalid',
    `地址 ${host} 指向本机或本机链路（如 127.0.0.1、169.254.x.x），不允许访问。请改用对方系统在内网中的地址；确需访问本机服务时，请管理员设置 TIANYAN_ALLOW_LOCAL_ADDRESSES。`,
  );
}
