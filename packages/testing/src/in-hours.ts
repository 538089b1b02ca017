const HOUR = 3_600_000

/** The time so many hours after the next full one, as the contract writes it. */
export const inHours = (hours: number): string =>
  new Date(Math.ceil(Date.now() / HOUR) * HOUR + hours * HOUR).toISOString()
