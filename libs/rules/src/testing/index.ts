export { alterRunningDistinct } from './altered-operator.js';
