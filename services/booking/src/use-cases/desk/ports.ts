/** What the release of bookings nobody came for reads. */
export interface NoShowReads {
  /** Organisations that have APPROVED bookings whose start has passed. */
  uncollected: () => Promise<string[]>
  /** Bookings of an organisation that could be collected for so many minutes, by the database's clock. */
  noShows: (orgId: string, afterMinutes: number) => Promise<string[]>
}
