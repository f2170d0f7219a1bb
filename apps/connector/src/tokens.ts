/** `readonly LoadedSource[]`: the sources this process reads. */
export const CONNECTOR_SOURCES = Symbol('CONNECTOR_SOURCES');
/** `Record<string, string>`: keys shared with upstreams, by name. */
export const CONNECTOR_SECRETS = Symbol('CONNECTOR_SECRETS');
/** `KeyedDigest` under the key kept in the data folder. */
export const CONNECTOR_DIGEST = Symbol('CONNECTOR_DIGEST');
