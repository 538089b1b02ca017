const MINUTE = 60_000
const QUARTER = 15 * MINUTE

/** Chosen once for a file of tests, which is over before it comes: else two times of one booking could lie apart. */
const SOON = Math.ceil((Date.now() + 5 * MINUTE) / QUARTER) * QUARTER

/** The time so many hours after a quarter of an hour that is 5 to 20 minutes away, as the contract writes it. */
export const inHours = (hours: number): string => new Date(SOON + hours * 60 * MINUTE).toISOString()
