export { type Cable, layCable } from './cable.ts'
export { testBroker, type TestDatabase, testDatabase } from './database.ts'
export { type TestIdentity, testIdentity } from './identity.ts'
export { scaled, type SeededRandom, seededRandom, seeds } from './scale.ts'
