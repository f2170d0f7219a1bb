export { isClear, placesOf, spoilt, withUnknownItem, WRONG, type Json, type Path } from './spoilt.js';
