/** Which files are taken, and how large. Free of server code: the web app imports it too. */
export * from './file-types.js';
