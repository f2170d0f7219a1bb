/** What letters and rectifications can be, and what people can ask to be done with them. Free of server code: the web app imports it too. */
export * from './campaigns.js';
export * from './letters.js';
export * from './rectifications.js';
