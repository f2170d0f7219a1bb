/** `readonly LoadedSource[]`: the sources this process reads. */
export const CONNECTOR_SOURCES = Symbol('CONNECTOR_SOURCES');
/** `KeyedDigest` under the key kept in the data folder. */
export const CONNECTOR_DIGEST = Symbol('CONNECTOR_DIGEST');
