/** One page of a list, as the contract pages. */
export interface Page<Row> {
  rows: Row[]
  total: number | null
  page: number | null
  limit: number
  has_next: boolean
  next_cursor: string | null
}
