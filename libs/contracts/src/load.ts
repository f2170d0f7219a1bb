/**
 * Header of a message of the stream: the announced load (`LoadRegister` of libs/sources) to which the record belongs. It
 * has none if the record came by itself.
 */
export const LOAD_HEADER = 'load';
