export * from './parameter-setting.js';
export { contradictions, overlaid, type Misfit, type OverlaidRule } from './overlaid.js';
export { parameterPlaces, sameCase, type ParameterCase, type ParameterPlace } from './parameter-places.js';
