/** A path of the console with its filters; more is no page. */
const MAX_PATH_CHARS = 500;
/** Stands for the console's own address; nothing is asked of it. */
const HERE = 'http://console.invalid';

/**
 * Where to go after signing in, as asked for in an address that anybody may have written: a path of the console, or its start page.
 * What a browser reads as another site (`//host`, `/\host`, `https:…`) is none, nor is what answers with data instead of a page.
 */
export function ownPath(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > MAX_PATH_CHARS || !asked.startsWith('/')) return '/';
  const url = URL.parse(asked, HERE);
  if (url === null || url.origin !== HERE || url.pathname.startsWith('//') || /^\/api(\/|$)/.test(url.pathname)) return '/';
  return url.pathname + url.search;
}
