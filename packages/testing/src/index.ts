export { testBroker, type TestDatabase, testDatabase } from './database.ts'
export { type TestIdentity, testIdentity, type TestMember } from './identity.ts'
