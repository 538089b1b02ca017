import { ROOMIER_HEAP, SMALL_HEAP } from '@kitroom/local'

const command = (heap: readonly string[]): string[] => [
  'node',
  ...heap,
  '--import',
  '@kitroom/service/telemetry',
  'dist/main.js',
]

/** How an image starts its service, unless it is told another way. */
export const IMAGE_COMMAND = command(SMALL_HEAP)

/** The other way, for those that have more memory. */
export const ROOMIER_COMMAND = command(ROOMIER_HEAP)
