export { type Deadline, presentDeadline, requireTime, withinDeadline, withoutDeadline } from './deadline.ts'
export { givenUp, outOfTime } from './given-up.ts'
