import type { PasskeySite } from '@tianyan/access';
import type { Request } from 'express';
import { isIP } from 'node:net';

/**
 * The site that passkeys of this console are bound to: the configured address, or the one that the browser has asked. A passkey is kept with its site:
 * a page in between, whatever host it names, is offered none and gets no answer that holds.
 * Null: a browser makes no passkeys there, since the address is a number, or is not trusted.
 */
export function passkeySiteOf(request: Request, consoleUrl: string | null): PasskeySite | null {
  const asked = `${request.protocol}://${request.headers.host ?? ''}`;
  const address = consoleUrl ?? asked;
  if (!URL.canParse(address)) return null;
  const { origin, hostname, protocol } = new URL(address);
  if (isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0) return null;
  return protocol === 'https:' || hostname === 'localhost' ? { origin, rpId: hostname } : null;
}
