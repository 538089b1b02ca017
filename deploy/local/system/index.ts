export type { KeptProcess } from '../processes/keep-running.ts'
export { startSystem } from './start-system.ts'
export type { System, SystemOptions } from './system.ts'
