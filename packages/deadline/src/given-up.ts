import { Failure } from '@kitroom/errors'

/** The reason when the time is up. A transaction that was open has been rolled back. */
export const outOfTime = (): Failure =>
  new Failure('dependency-unavailable', 'This took too long and was given up; nothing was changed.', {
    retryAfterSeconds: 1,
  })

/** The reason when whoever asked has closed the connection: there is nobody to hear it. */
export const givenUp = (): Failure =>
  new Failure('dependency-unavailable', 'Whoever asked has gone; nothing was changed.', {
    retryAfterSeconds: 1,
  })
