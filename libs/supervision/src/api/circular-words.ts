/** Of circulars and of what units improve after them: apart from the others, since few pages of the web app need them. Free of server code. */
export * from './circulars.js';
export * from './improvements.js';
