/** What a clue can be, and what people can ask to be done with it. Free of server code: the web app imports it too. */
export * from './states.js';
export * from './steps.js';
