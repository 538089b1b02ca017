export { counter, duration, observed } from './figures.ts'
export { isTraced, routed } from './route.ts'
export { concerning, ORGANIZATION, working, workInHand } from './work-in-hand.ts'
