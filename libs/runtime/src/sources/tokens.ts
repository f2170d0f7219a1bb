/** `ComposedConnector` of libs/sources: what reads the sources, and what people do about them. */
export const CONNECTOR = Symbol('CONNECTOR');
