/**
 * V8's flags for little memory at little cost in speed, and leave to give it back (docs/decisions/0027-small-heaps.md). The
 * images are started with the same.
 * @param young MiB of the young generation
 * @param growth by how many hundredths the old generation grows before it is collected
 */
const heap = (young: number, growth: number): readonly string[] => [
  `--min-semi-space-size=${young}`,
  `--max-semi-space-size=${young}`,
  `--heap-growing-percent=${growth}`,
  '--no-maglev',
  '--expose-gc',
]

/** Less than half of the memory that V8 would take. */
export const SMALL_HEAP = heap(8, 30)

/** Of the processes that two hundred requests at once keep waiting in memory. */
export const ROOMIER_HEAP = heap(16, 60)

/**
 * For the allocator of the C library: what one thread gives back serves all of them, and blocks of 128 KiB go back to the
 * system at once. Left to itself it would keep larger ones too, after it has met one.
 */
export const ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' }
