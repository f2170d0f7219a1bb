const NAME = /^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?\.?$/;
const ADDRESS_V6 = /^\[[\da-fA-F:.]+\]$/;

/**
 * Whether the host of a URL could be one at all: `URL` takes nearly anything for schemes that it does not know, and a start
 * would wait for a name that nobody can have. A folder of sockets (`%2Frun%2Fpostgresql`) and none (this machine) may stand.
 */
export function isHostName(host: string): boolean {
  return host === '' || host.toLowerCase().startsWith('%2f') || NAME.test(host) || ADDRESS_V6.test(host);
}
