import { isIPv6 } from 'node:net';

/** Addresses on which a server is reached from its own machine as `localhost`. */
const local: ReadonlySet<string> = new Set(['127.0.0.1', '0.0.0.0', '::']);

/** The address to print for a server that listens on `host`, without a slash at the end. */
export function toServerUrl(host: string, port: number): string {
  if (local.has(host)) return `http://localhost:${port}`;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
