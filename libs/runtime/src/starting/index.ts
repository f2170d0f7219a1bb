export { pingRedis } from './ping-redis.js';
export { startWait } from './start-wait.js';
export { answerWhileStarting, type StartingServer } from './starting-server.js';
export { storeAddresses } from './store-addresses.js';
export { type StoreAddress } from './store-trouble.js';
export { StartAbandonedError, StoreWait } from './store-wait.js';
